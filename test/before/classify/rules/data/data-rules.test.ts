import { beforeAll, expect, test } from 'vitest';
import { loadParser } from '../../../../../src/foundation/sql/parse.js';
import { findingsOf } from '../judge-text.js';

beforeAll(() => loadParser());

/** Forms beside those of the examples, by the text alone. */
test.each([
  ['drop-table', 'DROP TABLE a, b', 2],
  ['drop-table', 'CREATE TABLE a (i int); ALTER TABLE a RENAME TO b; DROP TABLE b', 0],
  ['drop-table', 'DROP VIEW a', 0],
  ['drop-column', 'ALTER TABLE t DROP a, DROP COLUMN b', 2],
  ['drop-column', 'CREATE TABLE t (a int, b int); ALTER TABLE t DROP a', 0],
  ['drop-schema', 'DROP SCHEMA a, b CASCADE', 2],
  ['drop-cascade', 'ALTER TABLE t DROP CONSTRAINT c CASCADE', 1],
  ['drop-cascade', 'DROP OWNED BY app CASCADE', 1],
  ['drop-cascade', 'DROP TABLE t', 0],
  ['drop-cascade', 'CREATE TABLE t (i int); DROP TABLE t CASCADE', 0],
  // The last step of a NOT NULL in small steps.
  ['drop-constraint', 'ALTER TABLE t DROP CONSTRAINT t_email_not_null', 0],
  ['drop-constraint', 'ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID; ALTER TABLE t DROP CONSTRAINT c', 0],
  ['drop-constraint', 'ALTER TABLE t DROP CONSTRAINT c, ADD CONSTRAINT c CHECK (a > 1) NOT VALID', 0],
  // Another takes its place before anybody can see the gap.
  [
    'drop-constraint',
    'ALTER TABLE t DROP CONSTRAINT c; ALTER TABLE t ADD CONSTRAINT c FOREIGN KEY (a) REFERENCES o',
    0,
  ],
  ['drop-constraint', 'ALTER TABLE t DROP CONSTRAINT c; ALTER TABLE o ADD CONSTRAINT c CHECK (a > 1)', 1],
  ['drop-constraint', 'ALTER TABLE t DROP CONSTRAINT t_pkey, ADD PRIMARY KEY (a, b)', 0],
  ['drop-constraint', 'ALTER TABLE t DROP CONSTRAINT c, ADD PRIMARY KEY (a, b)', 1],
  // A helper that is called row by row is named once.
  ['dynamic-sql', "SELECT helper('a'); SELECT helper('b'); SELECT other('c')", 2],
  ['update-without-where', 'UPDATE t SET a = 1 WHERE true', 1],
  ['update-without-where', 'UPDATE t SET a = 1 WHERE 1 = 1', 1],
  ['update-without-where', 'UPDATE t SET a = o.a FROM o WHERE o.id = t.id', 0],
  ['update-without-where', 'CREATE TABLE t (a int); UPDATE t SET a = 1', 0],
  ['update-without-where', 'ALTER TABLE t ADD a int; UPDATE t SET a = 1', 0],
  ['update-without-where', 'ALTER TABLE t ADD a int; UPDATE t SET a = 1, b = 2', 1],
  ['delete-without-where', 'DELETE FROM t WHERE 1 = 2', 0],
  ['delete-without-where', 'DELETE FROM t USING o WHERE o.id = t.id', 0],
  ['unique-may-fail', 'ALTER TABLE t ADD CONSTRAINT k UNIQUE USING INDEX i', 0],
  ['unique-may-fail', 'ALTER TABLE t ADD PRIMARY KEY (id)', 1],
  ['unique-may-fail', 'CREATE TABLE t (a int); CREATE UNIQUE INDEX ON t (a)', 0],
  ['add-not-null-column', 'ALTER TABLE t ADD a int NOT NULL DEFAULT NULL', 1],
  ['add-not-null-column', 'ALTER TABLE t ADD a bigserial NOT NULL', 0],
  ['add-not-null-column', 'ALTER TABLE t ADD a int GENERATED ALWAYS AS IDENTITY NOT NULL', 0],
  ['add-not-null-column', 'ALTER TABLE t ADD a int PRIMARY KEY', 1],
  ['add-not-null-column', 'CREATE TABLE t (i int); ALTER TABLE t ADD a int NOT NULL', 0],
  ['enum-value-used-in-transaction', "ALTER TYPE e ADD VALUE 'x'; SELECT 'y'", 0],
  ['enum-value-used-in-transaction', "ALTER TYPE e ADD VALUE 'x'; COMMIT; SELECT 'x'::e", 0],
  [
    'enum-value-used-in-transaction',
    "CREATE TYPE e AS ENUM ('a'); ALTER TYPE e ADD VALUE 'x'; CREATE TABLE t (e e DEFAULT 'x')",
    0,
  ],
  ['duplicate-column', 'INSERT INTO t (a, b, a) VALUES (1, 2, 3)', 1],
  ['duplicate-column', 'UPDATE t SET a[1] = 1, a[2] = 2', 0],
  ['duplicate-column', 'CREATE TABLE t (a int, a text)', 1],
  ['copy-server-file', 'COPY t FROM STDIN', 0],
  ['copy-server-file', "COPY t TO PROGRAM 'gzip'", 1],
  ['identifier-too-long', `SELECT '${'x'.repeat(90)}'`, 0],
  ['identifier-too-long', `SELECT 1 -- ${'x'.repeat(90)}`, 0],
  ['identifier-too-long', `SELECT 1 AS "${'é'.repeat(32)}"`, 1],
  ['identifier-too-long', `SELECT 1 AS "${'é'.repeat(31)}"`, 0],
  ['identifier-too-long', `SELECT 1 AS ${'x'.repeat(64)}`, 1],
  ['on-delete-cascade-added', 'ALTER TABLE t ADD a int REFERENCES o ON DELETE SET NULL', 1],
  ['on-delete-cascade-added', 'ALTER TABLE t ADD a int REFERENCES o', 0],
  ['on-delete-cascade-added', 'CREATE TABLE t (a int REFERENCES o ON DELETE CASCADE)', 0],
  ['destructive-without-rollback', 'DROP VIEW v', 0],
  ['destructive-without-rollback', 'CREATE TABLE t (a int); DROP TABLE t', 0],
  ['destructive-without-rollback', '-- irreversible: the import is repeated every night\nTRUNCATE t', 0],
  ['destructive-without-rollback', 'TRUNCATE t', 1],
  ['expand-and-contract-together', 'ALTER TABLE t ADD a int; ALTER TABLE o DROP b', 0],
  ['expand-and-contract-together', 'ALTER TABLE t ADD a int, DROP b', 1],
  ['expand-and-contract-together', 'ALTER TABLE t ADD a int; ALTER TABLE t RENAME b TO c', 1],
  ['expand-and-contract-together', 'CREATE TABLE t (b int); ALTER TABLE t ADD a int, DROP b', 0],
] as const)('%s: %s', (id, sql, hits) => {
  expect(findingsOf(id, sql)).toHaveLength(hits);
});

test('a way back is a down script too', () => {
  const down = { path: 'down.sql', transaction: { mode: 'single', reason: '' }, statements: [] } as const;
  expect(findingsOf('destructive-without-rollback', 'DROP TABLE t', { down })).toEqual([]);
});

test('what the text cannot know is only possible', () => {
  const certainties = (id: string, sql: string) => findingsOf(id, sql).map(({ certainty }) => certainty);
  expect(certainties('drop-table', 'DROP TABLE IF EXISTS t')).toEqual(['possible']);
  expect(certainties('drop-table', 'DROP TABLE t')).toEqual(['certain']);
  expect(certainties('add-not-null-column', 'ALTER TABLE t ADD a mood NOT NULL')).toEqual(['possible']);
  expect(certainties('drop-cascade', 'DROP TABLE t CASCADE')).toEqual(['possible']);
});

test('what to write instead can be pasted', () => {
  expect(findingsOf('unique-may-fail', 'CREATE UNIQUE INDEX k ON t (a, "B")')[0]?.instead).toBe(
    `-- before: must return no row
SELECT a, "B", count(*) FROM public.t GROUP BY a, "B" HAVING count(*) > 1;
-- then
CREATE UNIQUE INDEX k ON t (a, "B");`,
  );
});
