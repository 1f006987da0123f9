import { beforeAll, expect, test } from 'vitest';
import { loadParser } from '../../../../../src/foundation/sql/parse.js';
import { findingsOf } from '../judge-text.js';

beforeAll(() => loadParser());

/** Forms beside those of the examples, by the text alone, statement by statement. */
test.each([
  ['missing-header', '-- Adds the carrier of an order (SHOP-12)\nALTER TABLE t ADD a int', 0],
  ['missing-header', '-- Complexity: LOW\nALTER TABLE t ADD a int', 1],
  ['missing-header', '-- lockkeeper: allow drop-table because it is empty\nDROP TABLE t', 1],
  ['missing-header', '', 0],
  ['missing-estimate', '-- Complexity: LOW\nSELECT 1', 1],
  ['missing-if-exists', 'ALTER TABLE t ADD a int', 1],
  ['missing-if-exists', 'ALTER TABLE t ADD COLUMN IF NOT EXISTS a int', 0],
  ['missing-if-exists', 'DROP INDEX CONCURRENTLY i', 1],
  ['missing-if-exists', 'CREATE INDEX ON t (a)', 0],
  ['missing-if-exists', 'BEGIN; CREATE TABLE t (a int); COMMIT', 0],
  [
    'several-unrelated-changes',
    'ALTER TABLE a ADD x int; ALTER TABLE b ADD x int; ALTER TABLE a ADD FOREIGN KEY (x) REFERENCES b',
    0,
  ],
  ['several-unrelated-changes', 'CREATE TABLE a (x int); CREATE TABLE b (x int)', 0],
  ['idle-timeout-missing', 'BEGIN; ALTER TABLE t ADD a int; ALTER TABLE t ADD b int; COMMIT', 1],
  ['idle-timeout-missing', 'ALTER TABLE t ADD a int', 0],
  ['char-column', 'ALTER TABLE t ALTER a TYPE char(3)', 1],
  ['char-column', 'CREATE TABLE t (a "char")', 0],
  ['varchar-column', 'CREATE TABLE t (a varchar, b text)', 0],
  ['timestamp-without-time-zone', 'ALTER TABLE t ADD a timestamp, ADD b timestamptz', 1],
  ['timestamp-precision-zero', 'CREATE TABLE t (a timestamptz(3), b timestamptz(0))', 1],
  ['json-column', 'CREATE TABLE t (a json, b jsonb)', 1],
  ['float-for-money', 'CREATE TABLE t (total_weight_ratio real, latitude float8)', 1],
  ['float-for-money', 'CREATE TABLE t (latitude float8, surcharges numeric)', 0],
  ['integer-key', 'CREATE TABLE t (a int, b int, PRIMARY KEY (a))', 1],
  ['integer-key', 'CREATE TABLE t (id serial)', 1],
  ['integer-key', 'CREATE TABLE t (a int REFERENCES o)', 1],
  ['integer-key', 'CREATE TABLE t (quantity int)', 0],
  ['enum-value-position', "ALTER TYPE e RENAME VALUE 'a' TO 'b'", 0],
  ['missing-primary-key', 'CREATE TABLE t (a int); ALTER TABLE t ADD PRIMARY KEY (a)', 0],
  ['missing-primary-key', 'CREATE TEMP TABLE t (a int)', 0],
  ['missing-primary-key', 'CREATE TABLE t PARTITION OF p DEFAULT', 0],
  ['missing-primary-key', 'CREATE TABLE t (LIKE o INCLUDING ALL)', 0],
  ['mixed-case-name', 'ALTER TABLE t ADD "createdAt" timestamptz, ADD Updated int', 1],
  ['reserved-word-name', 'CREATE TABLE "order" ("group" int, "time" int)', 2],
  ['unqualified-table', 'CREATE TEMP TABLE t (a int)', 0],
  ['unqualified-table', 'DROP TABLE app.t, o', 1],
  ['create-table-as', 'CREATE TEMP TABLE t AS SELECT 1', 0],
  ['create-table-as', 'CREATE MATERIALIZED VIEW t AS SELECT 1', 0],
  ['column-padding', 'CREATE TABLE t (a bool, b bigint, c bool)', 1],
  ['column-padding', 'CREATE TABLE t (a bool, b text, c bigint, d bool, e bigint)', 0],
  ['column-padding', 'CREATE TABLE t (a bool, b bigint)', 0],
  ['wide-index', 'CREATE UNIQUE INDEX i ON t (a, b, c, d)', 0],
  ['wide-index', 'CREATE INDEX i ON t USING gin (a, b, c, d)', 0],
] as const)('%s: %s', (id, sql, hits) => {
  expect(findingsOf(id, sql, { transaction: 'none' })).toHaveLength(hits);
});

test.each([
  ['0007_add_orders_index.sql', 0],
  ['migrations/0007_add_orders_index.sql', 0],
  ['0007.sql', 1],
  ['AddOrders.sql', 1],
])('the file name %s', (path, hits) => {
  expect(findingsOf('file-name-convention', 'SELECT 1', { path })).toHaveLength(hits);
});
