import { beforeAll, expect, test } from 'vitest';
import { judgeMigration } from '../../../src/before/classify/judge-migration.js';
import { defaultPolicy } from '../../../src/before/classify/policy.js';
import { loadParser } from '../../../src/foundation/sql/parse.js';
import type { TransactionMode } from '../../../src/model/sql-text.js';
import { migrationOf } from '../../support/script.js';

beforeAll(loadParser);

/** The locks of the last statement, in words. */
function locksOfLast(mode: TransactionMode, ...statements: readonly string[]): readonly string[] {
  const judged = judgeMigration(migrationOf('0001', statements, mode), {
    major: 17,
    policy: defaultPolicy,
    sizes: new Map(),
    text: '',
    schemaBefore: () => null,
    changedBefore: null,
    failure: null,
  });
  const { locks } = judged.statements.findLast(({ inside }) => inside === null)?.effects ?? { locks: [] };
  return locks.map(({ relation, mode: lockMode, certainty }) => `${relation} ${lockMode} ${certainty}`);
}

const perhapsInserts = 'DO $$ BEGIN IF random() < 0.5 THEN INSERT INTO a VALUES (1); END IF; END $$';

test('a lock that may be taken is certain once the transaction holds it', () => {
  expect(locksOfLast('single', 'UPDATE a SET x = 1', perhapsInserts)).toEqual(['public.a RowExclusiveLock certain']);
});

test('a stronger one that it holds will do, and the table that it made', () => {
  expect(locksOfLast('single', 'ALTER TABLE a ADD x int', perhapsInserts)).toEqual([
    'public.a RowExclusiveLock certain',
  ]);
  expect(locksOfLast('single', 'CREATE TABLE a ()', perhapsInserts)).toEqual(['public.a RowExclusiveLock certain']);
});

test.each([
  ['none', 'UPDATE a SET x = 1'],
  // SHARE lets others take it too, and ROW EXCLUSIVE does not go with theirs.
  ['single', 'CREATE INDEX ON a (x)'],
  ['single', 'SELECT 1 FROM a'],
  ['single', 'CREATE TABLE IF NOT EXISTS a ()'],
  ['single', perhapsInserts],
  ['single', 'SAVEPOINT s; UPDATE a SET x = 1; ROLLBACK TO s'],
  ['none', 'BEGIN; UPDATE a SET x = 1; COMMIT'],
] as const)('%s: after %s it stays possible', (mode, earlier) => {
  expect(locksOfLast(mode, ...earlier.split('; '), perhapsInserts)).toEqual(['public.a RowExclusiveLock possible']);
});
