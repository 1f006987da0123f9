import { expect, it } from 'vitest';
import { KnownRelations } from '../../../src/foundation/observers/known-relations.js';
import type { KnownRelation } from '../../../src/foundation/observers/relation-catalog.js';

const table = (oid: string, name: string): KnownRelation => ({ oid, name, kind: 'table', fileNode: oid, bytes: 0 });
const lock = (oid: string) => ({ oid, mode: 'AccessExclusiveLock' as const });

function known(): KnownRelations {
  const relations = new KnownRelations(
    new Map([
      ['1', table('1', 'public.kept')],
      ['2', table('2', 'public.dropped')],
    ]),
  );
  // One look: the first was renamed, the second dropped, a third made.
  relations.change({
    locks: [lock('1'), lock('2'), lock('3')],
    relations: [table('1', 'public.renamed'), table('3', 'public.made')],
  });
  return relations;
}

const names = (relations: KnownRelations) => ['1', '2', '3'].map((oid) => relations.get(oid)?.name);
const committed = (relations: KnownRelations) => ['1', '2', '3'].map((oid) => relations.isCommitted(oid));

it('sees what the open transaction did, and still knows what others see', () => {
  const relations = known();
  expect(names(relations)).toEqual(['public.renamed', undefined, 'public.made']);
  expect(committed(relations)).toEqual([true, true, false]);
});

it('forgets what is rolled back', () => {
  const relations = known();
  relations.rollBack();
  expect(names(relations)).toEqual(['public.kept', 'public.dropped', undefined]);
  expect([...relations.committedOids()]).toEqual(['1', '2']);
});

it('takes over what is committed', () => {
  const relations = known();
  relations.commit();
  expect(names(relations)).toEqual(['public.renamed', undefined, 'public.made']);
  expect(committed(relations)).toEqual([true, false, true]);
});
