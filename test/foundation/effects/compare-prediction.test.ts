import { beforeAll, describe, expect, test } from 'vitest';
import type { LockRequest, StatementEffects } from '../../../src/model/effects.js';
import type { LockMode } from '../../../src/model/locks.js';
import { loadParser, parseStatement } from '../../../src/foundation/sql/parse.js';
import { comparePrediction, type Prediction } from './compare-prediction.js';
import { groupModes, type KnownRelation, nothing, type ObservedEffects } from './oracle.js';

function known(oid: string, name: string, of: Partial<KnownRelation> = {}): KnownRelation {
  return { oid, name, kind: 'table', table: null, fileNode: oid, scans: 0, ...of };
}

const relations = new Map(
  [
    known('1', 'public.t'),
    known('2', 'public.i', { kind: 'index', table: 'public.t' }),
    known('3', 'public.other'),
    known('4', 'pg_temp_3.scratch'),
  ].map((relation) => [relation.oid, relation]),
);

function observed(locks: Readonly<Record<string, LockMode>>, more: Partial<ObservedEffects> = {}): ObservedEffects {
  const modes = groupModes(Object.entries(locks).map(([name, mode]) => ({ name, mode })));
  return { ...nothing(relations), locks: modes, ...more };
}

function lock(relation: string, mode: LockMode, certainty: LockRequest['certainty'] = 'certain'): LockRequest {
  return { relation, kind: 'table', mode, certainty };
}

const none: StatementEffects = { locks: [], rewrites: [], scans: [], transactionBlock: 'allowed', unanalysed: [] };

function differences(
  seen: ObservedEffects,
  effects: Partial<StatementEffects>,
  { sql = 'ALTER TABLE t ADD COLUMN a int', ...more }: Partial<Prediction> & { readonly sql?: string } = {},
): readonly string[] {
  const parsed = parseStatement(sql);
  if (!parsed.ok) throw new Error(parsed.message);
  return comparePrediction(seen, {
    effects: { ...none, ...effects },
    tree: parsed.tree,
    from: 'schema',
    compareScans: true,
    ...more,
  });
}

beforeAll(loadParser);

describe('from a schema', () => {
  test('the strongest mode has to be exact', () => {
    const seen = observed({ 'public.t': 'ShareLock' });
    expect(differences(seen, { locks: [lock('public.t', 'AccessShareLock'), lock('public.t', 'ShareLock')] })).toEqual(
      [],
    );
    expect(differences(seen, { locks: [lock('public.t', 'ExclusiveLock')] })).toEqual([
      'lock on table public.t: predicted ExclusiveLock (certain), observed ShareLock',
    ]);
    expect(differences(seen, { locks: [lock('public.t', 'RowShareLock')] })).toEqual([
      'missed blocker on table public.t: predicted RowShareLock (certain), observed ShareLock',
    ]);
    expect(differences(observed({ 'public.other': 'AccessShareLock' }), {})).toEqual([
      'lock on table public.other: predicted nothing, observed AccessShareLock',
    ]);
  });

  test('what is possible may come about or not, at that mode', () => {
    const locks = [lock('public.t', 'RowExclusiveLock', 'possible')];
    expect(differences(observed({}), { locks })).toEqual([]);
    expect(differences(observed({ 'public.t': 'RowExclusiveLock' }), { locks })).toEqual([]);
    expect(differences(observed({ 'public.t': 'AccessShareLock' }), { locks })).toHaveLength(1);
  });

  test('an index counts where the lock on it stops more than that on its table', () => {
    const seen = observed({ 'public.t': 'ShareLock', 'public.i': 'AccessExclusiveLock' });
    expect(differences(seen, { locks: [lock('public.t', 'ShareLock')] })).toEqual([
      'missed blocker on index public.i: predicted nothing, observed AccessExclusiveLock',
    ]);
    const both = observed({ 'public.t': 'AccessExclusiveLock', 'public.i': 'AccessExclusiveLock' });
    expect(differences(both, { locks: [lock('public.t', 'AccessExclusiveLock')] })).toEqual([]);
    expect(differences(observed({}), { locks: [lock('public.i', 'AccessShareLock')] })).toHaveLength(1);
  });

  test('what was held before does not show again', () => {
    const held = groupModes([{ name: 'public.t', mode: 'AccessExclusiveLock' }]);
    const seen = observed({ 'public.t': 'AccessExclusiveLock' }, { heldBefore: held });
    expect(differences(seen, { locks: [lock('public.t', 'AccessExclusiveLock')] })).toEqual([]);
    expect(differences(seen, { locks: [lock('public.t', 'ExclusiveLock')] })).toHaveLength(1);
  });

  test('what the statement makes is nobody else’s', () => {
    const created: LockRequest = { ...lock('public.made', 'AccessExclusiveLock'), created: true };
    expect(differences(observed({}), { locks: [created] })).toEqual([]);
  });

  test('rewrites and scans, both ways', () => {
    const seen = observed({}, { rewrites: ['public.t'], scans: ['public.t'] });
    expect(differences(seen, {})).toEqual([
      'rewrite of public.t: observed, not predicted',
      'scan of public.t: observed, not predicted',
    ]);
    const predicted = [{ relation: 'public.other', certainty: 'certain' }] as const;
    expect(differences(observed({}), { rewrites: predicted, scans: predicted })).toEqual([
      'rewrite of public.other: predicted, not observed',
      'scan of public.other: predicted, not observed',
    ]);
    expect(
      differences(
        seen,
        { rewrites: [{ relation: 'public.t', certainty: 'possible' }] },
        { sql: 'REFRESH MATERIALIZED VIEW t' },
      ),
    ).toEqual([]);
    expect(differences(observed({}, { scans: ['public.t'] }), {}, { compareScans: false })).toEqual([]);
  });

  test('transaction blocks, both ways', () => {
    expect(differences(observed({}, { refused: true }), {})).toEqual([
      'transaction block: predicted allowed, observed refused',
    ]);
    expect(differences(observed({}), { transactionBlock: 'refused' })).toHaveLength(1);
  });
});

describe('from the text', () => {
  const text = { from: 'text' } as const;

  test('nothing certain may be wrong', () => {
    expect(differences(observed({}), { locks: [lock('public.t', 'ShareLock')] }, text)).toHaveLength(1);
    expect(differences(observed({}), { locks: [lock('public.t', 'ShareLock', 'possible')] }, text)).toEqual([]);
    expect(
      differences(observed({}), { rewrites: [{ relation: 'public.t', certainty: 'certain' }] }, text),
    ).toHaveLength(1);
  });

  test('a blocker counts on what the text names, and there alone', () => {
    expect(differences(observed({ 'public.t': 'ShareLock' }), {}, text)).toHaveLength(1);
    expect(differences(observed({ 'public.other': 'ShareLock' }), {}, text)).toEqual([]);
    expect(differences(observed({ 'public.t': 'RowExclusiveLock' }), {}, text)).toEqual([]);
  });

  test('a temporary table stands before the first schema of the search path', () => {
    const locks = [lock('public.scratch', 'ShareLock')];
    expect(differences(observed({ 'pg_temp_3.scratch': 'ShareLock' }), { locks }, text)).toEqual([]);
  });

  test('that a block is refused may depend on the catalog', () => {
    expect(differences(observed({}, { refused: true }), {}, text)).toEqual([]);
    expect(differences(observed({}), { transactionBlock: 'refused' }, text)).toHaveLength(1);
  });
});
