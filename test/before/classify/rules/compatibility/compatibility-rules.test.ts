import { beforeAll, expect, test } from 'vitest';
import { loadParser } from '../../../../../src/foundation/sql/parse.js';
import { findingsOf } from '../judge-text.js';

beforeAll(() => loadParser());

/** Forms beside those of the examples, by the text alone, in one transaction. */
test.each([
  ['rename-column', 'CREATE TABLE t (a int); ALTER TABLE t RENAME a TO b', 0],
  ['rename-table', 'CREATE TABLE t (a int); ALTER TABLE t RENAME TO o', 0],
  ['rename-table', 'ALTER TABLE t RENAME TO o; CREATE VIEW other AS SELECT * FROM o', 1],
  ['rename-table', 'ALTER TABLE app.t RENAME TO o; CREATE VIEW app.t AS SELECT * FROM app.o', 0],
  ['rename-table', 'ALTER TABLE t RENAME TO t_old; ALTER TABLE t_new RENAME TO t', 1],
  ['rename-table', 'CREATE TABLE n (a int); ALTER TABLE t RENAME TO t_old; ALTER TABLE n RENAME TO t', 0],
  ['rename-table', 'ALTER INDEX i RENAME TO j', 0],
  ['rename-schema', 'ALTER SCHEMA a RENAME TO b', 1],
  ['set-schema', 'ALTER FUNCTION f(int) SET SCHEMA a', 1],
  ['set-schema', 'CREATE TABLE t (a int); ALTER TABLE t SET SCHEMA a', 0],
  ['rename-object', 'ALTER SEQUENCE s RENAME TO r', 1],
  ['rename-object', 'ALTER TYPE c RENAME ATTRIBUTE a TO b', 1],
  ['rename-object', 'ALTER TYPE c RENAME TO d', 1],
  ['rename-object', 'ALTER TABLE t RENAME CONSTRAINT a TO b', 0],
  ['rename-object', 'ALTER INDEX i RENAME TO j', 0],
  ['rename-enum-value', "ALTER TYPE e ADD VALUE 'a'", 0],
  ['drop-view', 'DROP MATERIALIZED VIEW v', 1],
  ['drop-view', 'DROP VIEW v; CREATE OR REPLACE VIEW v AS SELECT 1', 0],
  ['drop-function', 'DROP PROCEDURE p', 1],
  ['drop-function', "DROP FUNCTION f(int); CREATE FUNCTION f(text) RETURNS int LANGUAGE sql AS 'SELECT 1'", 0],
  ['drop-not-null', 'CREATE TABLE t (a int NOT NULL); ALTER TABLE t ALTER a DROP NOT NULL', 0],
  ['default-changed', 'ALTER TABLE t ALTER a SET DEFAULT 1', 1],
  ['default-changed', 'ALTER TABLE t ADD a int; ALTER TABLE public.t ALTER a SET DEFAULT 1', 0],
  ['set-not-null-breaks-writers', 'ALTER TABLE t ALTER a SET NOT NULL', 1],
  ['set-not-null-breaks-writers', 'ALTER TABLE t ADD a int DEFAULT 1; ALTER TABLE t ALTER a SET NOT NULL', 0],
  ['set-not-null-breaks-writers', 'ALTER TABLE t ALTER a DROP DEFAULT; ALTER TABLE t ALTER a SET NOT NULL', 1],
  ['constraint-breaks-writers', 'ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES o', 1],
  ['constraint-breaks-writers', 'ALTER TABLE t ADD CHECK (a > 0) NOT ENFORCED', 0],
  ['constraint-breaks-writers', 'ALTER TABLE t ADD UNIQUE (a)', 0],
  ['select-star-prepared', 'ALTER TABLE t ADD a int, ADD b int', 1],
  ['select-star-prepared', 'CREATE TABLE t (); ALTER TABLE t ADD a int', 0],
  ['grants-change', 'CREATE TABLE t (a int); GRANT SELECT ON t TO app', 0],
  ['grants-change', 'GRANT SELECT ON a, b TO app', 2],
  ['grants-change', 'REVOKE admin FROM app', 1],
  ['grants-change', 'GRANT USAGE ON SCHEMA a TO app', 1],
  ['grants-change', 'CREATE SCHEMA a; GRANT USAGE ON SCHEMA a TO app', 0],
  [
    'grants-change',
    "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; REVOKE ALL ON FUNCTION f() FROM PUBLIC",
    0,
  ],
  ['row-security-change', 'CREATE POLICY p ON t USING (true)', 1],
  ['row-security-change', 'DROP POLICY p ON app.t', 1],
  ['row-security-change', 'CREATE TABLE t (a int); ALTER TABLE t ENABLE ROW LEVEL SECURITY', 0],
  ['publication-change', 'DROP PUBLICATION p', 1],
  ['publication-change', 'CREATE PUBLICATION p FOR TABLE a, b', 2],
  ['publication-change', 'CREATE PUBLICATION p FOR ALL TABLES', 1],
  ['publication-change', 'CREATE PUBLICATION p', 0],
  ['publication-change', 'CREATE TABLE t (a int); CREATE PUBLICATION p FOR TABLE t', 0],
  ['publication-change', 'ALTER PUBLICATION p DROP TABLE t', 1],
  ['search-path-in-session', 'SET search_path TO DEFAULT', 0],
  ['search-path-in-session', 'SET lock_timeout = 1', 0],
] as const)('%s: %s', (id, sql, hits) => {
  expect(findingsOf(id, sql)).toHaveLength(hits);
});

test('what is opened weighs less than what is closed', () => {
  expect(findingsOf('grants-change', 'GRANT SELECT ON t TO app')[0]?.severity).toBe('info');
  expect(findingsOf('grants-change', 'REVOKE SELECT ON t FROM app')[0]?.severity).toBe('warning');
});

test('outside a transaction there is a gap between a view and its successor', () => {
  const sql = 'DROP VIEW v; CREATE VIEW v AS SELECT 1';
  expect(findingsOf('drop-view', sql, { transaction: 'none' })).toHaveLength(1);
});

test('what to write instead keeps names as they have to be quoted', () => {
  expect(findingsOf('rename-table', 'ALTER TABLE "Users" RENAME TO "order"')[0]?.instead).toBe(
    `BEGIN;
ALTER TABLE public."Users" RENAME TO "order";
CREATE VIEW public."Users" AS SELECT * FROM public."order";
-- and the grants of the table to the view
COMMIT;`,
  );
});
