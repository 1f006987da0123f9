import { expect, it } from 'vitest';
import { inPublic, tenantAsPublic } from '../../../../src/foundation/catalog/snapshot/tenant-as-public.js';
import type { ObjectKind, SnapshotObject } from '../../../../src/model/schema-snapshot.js';

it.each([
  ['acme.notes', 'public.notes'],
  ['id of acme.notes', 'id of public.notes'],
  ['table acme.notes', 'table public.notes'],
  ['schema acme', 'schema public'],
  ['SELECT acme.f(x.acme) FROM acme.notes', 'SELECT public.f(x.acme) FROM public.notes'],
  ['other.acme.x, my_acme.x, "acme".x, acmes.x', 'other.acme.x, my_acme.x, "acme".x, acmes.x'],
])('%s is %s', (text, expected) => {
  expect(inPublic(text, 'acme')).toBe(expected);
});

it('a name that has to be quoted is found as it is written', () => {
  expect(inPublic('SELECT "we ird".f()', 'we ird')).toBe('SELECT public.f()');
});

it('what the tenant has hides what is public by the same name, with its parts', () => {
  const seen = tenantAsPublic(
    {
      major: 17,
      objects: [
        object('schema', 'acme'),
        object('column', 'acme.notes.id', 'table acme.notes'),
        object('column', 'public.notes.old', 'table public.notes'),
        object('table', 'acme.notes'),
        object('table', 'public.notes'),
        object('table', 'public.plans'),
      ],
    },
    'acme',
  );
  expect(seen.objects.map(({ kind, identity, parent }) => [kind, identity, parent])).toEqual([
    ['column', 'public.notes.id', 'table public.notes'],
    ['table', 'public.notes', null],
    ['table', 'public.plans', null],
  ]);
});

function object(kind: ObjectKind, identity: string, parent: string | null = null): SnapshotObject {
  const facts = { structure: {}, order: {}, access: {}, physical: {}, position: {} };
  return { kind, identity, parent, facts, dependsOn: [] };
}
