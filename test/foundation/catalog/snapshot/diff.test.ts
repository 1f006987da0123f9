import { describe, expect, test } from 'vitest';
import type { JsonValue } from '../../../../src/model/json.js';
import { diffSnapshots } from '../../../../src/foundation/catalog/snapshot/diff.js';
import { fingerprintOf } from '../../../../src/foundation/catalog/snapshot/fingerprint.js';
import {
  type Facet,
  facets,
  type ObjectKind,
  type SchemaSnapshot,
  type SnapshotObject,
} from '../../../../src/model/schema-snapshot.js';

const nothing: SnapshotObject['facts'] = { structure: {}, order: {}, access: {}, physical: {}, position: {} };

function object(kind: ObjectKind, identity: string, facts: Partial<SnapshotObject['facts']> = {}): SnapshotObject {
  return { kind, identity, parent: null, facts: { ...nothing, ...facts }, dependsOn: [] };
}

function snapshot(...objects: readonly SnapshotObject[]): SchemaSnapshot {
  return { major: 17, objects };
}

/** The facets whose digests differ. */
function changedFacets(before: SchemaSnapshot, after: SchemaSnapshot): readonly Facet[] {
  const [old, young] = [fingerprintOf(before).facets, fingerprintOf(after).facets];
  return facets.filter((facet) => old[facet] !== young[facet]);
}

describe('diffSnapshots', () => {
  test('finds nothing between equal snapshots, whatever the order of keys and of what they depend on', () => {
    const one = object('table', 'a.t', { structure: { x: { a: 1, b: [2, { c: null }] } } });
    const same = {
      ...one,
      facts: { ...one.facts, structure: { x: { b: [2, { c: null }], a: 1 } } },
      dependsOn: ['schema a'],
    };
    expect(diffSnapshots(snapshot(one), snapshot(same))).toEqual([]);
    expect(changedFacets(snapshot(one), snapshot(same))).toEqual([]);
  });

  test('tells objects that come, go and change, in the order of their keys', () => {
    const before = snapshot(object('view', 'a.v'), object('table', 'a.t', { structure: { unlogged: true } }));
    const after = snapshot(object('table', 'a.t', { access: { owner: 'x' } }), object('index', 'a.i'));
    expect(diffSnapshots(before, after)).toEqual([
      { change: 'added', kind: 'index', identity: 'a.i' },
      {
        change: 'changed',
        kind: 'table',
        identity: 'a.t',
        facts: [
          { facet: 'structure', fact: 'unlogged', before: true, after: undefined },
          { facet: 'access', fact: 'owner', before: undefined, after: 'x' },
        ],
      },
      { change: 'removed', kind: 'view', identity: 'a.v' },
    ]);
  });

  test.each([
    ['an item more', [1, 2], [1, 2, 3]],
    ['another order', [1, 2], [2, 1]],
    ['a list for an object', [], {}],
    ['null for an object', null, {}],
    ['a number for its text', 1, '1'],
    ['another key', { a: 1 }, { b: 1 }],
  ])('a value differs by %s', (_, before, after) => {
    const holding = (value: JsonValue) => snapshot(object('type', 't', { structure: { labels: value } }));
    expect(diffSnapshots(holding(before), holding(after))).toHaveLength(1);
    expect(changedFacets(holding(before), holding(after))).toEqual(['structure']);
  });

  test('an object that belongs to another is a difference of structure', () => {
    const sequence = object('sequence', 's');
    const owned = { ...sequence, parent: 'column t.id' };
    expect(diffSnapshots(snapshot(sequence), snapshot(owned), { facets: ['structure'] })).toHaveLength(1);
    expect(diffSnapshots(snapshot(sequence), snapshot(owned), { facets: ['access'] })).toEqual([]);
    expect(changedFacets(snapshot(sequence), snapshot(owned))).toEqual(['structure']);
  });
});

describe('facets', () => {
  test.each(facets)('a fact of %s changes that facet alone', (facet) => {
    const before = snapshot(object('column', 't.c', { [facet]: { fact: 1 } }));
    const after = snapshot(object('column', 't.c', { [facet]: { fact: 2 } }));
    expect(changedFacets(before, after)).toEqual([facet]);
    for (const chosen of facets) {
      expect(diffSnapshots(before, after, { facets: [chosen] })).toHaveLength(chosen === facet ? 1 : 0);
    }
  });

  test.each([
    ['table', 'structure'],
    ['default privileges', 'access'],
    ['large object', 'position'],
  ] as const)('that a %s is there belongs to %s', (kind, facet) => {
    expect(changedFacets(snapshot(), snapshot(object(kind, 'x')))).toEqual([facet]);
    for (const chosen of facets) {
      const found = diffSnapshots(snapshot(), snapshot(object(kind, 'x')), { facets: [chosen] });
      expect(found).toHaveLength(chosen === facet ? 1 : 0);
    }
  });

  test('fingerprints of two majors are never equal', () => {
    expect(changedFacets(snapshot(), { major: 18, objects: [] })).toEqual(facets);
  });
});
