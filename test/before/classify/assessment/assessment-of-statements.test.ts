import { beforeAll, describe, expect, test } from 'vitest';
import { loadParser } from '../../../../src/foundation/sql/parse.js';
import type { ChangeKind, DeploymentOrder, Reversibility } from '../../../../src/model/classification.js';
import { assessScript } from './assess-script.js';

beforeAll(loadParser);

describe('the kind of a change is that of its gravest statement', () => {
  test.each<[string, ChangeKind]>([
    ['CREATE TABLE t (id int)', 'additive schema change'],
    ['ALTER TABLE t ADD COLUMN x int', 'additive schema change'],
    ['ALTER TABLE t ADD COLUMN x int NOT NULL DEFAULT 0', 'additive schema change'],
    ['ALTER TABLE t ADD COLUMN x int NOT NULL', 'behavioural schema change'],
    ['ALTER TABLE t ADD COLUMN x int DEFAULT 0 UNIQUE', 'behavioural schema change'],
    ['ALTER TABLE t ALTER COLUMN x SET NOT NULL', 'behavioural schema change'],
    ['CREATE TRIGGER g BEFORE INSERT ON t EXECUTE FUNCTION f()', 'behavioural schema change'],
    ["ALTER TYPE mood ADD VALUE 'calm'", 'behavioural schema change'],
    ['ALTER INDEX i RENAME TO j', 'additive schema change'],
    ['ALTER TABLE t RENAME COLUMN x TO y', 'destructive schema change'],
    ['ALTER TABLE t SET SCHEMA archive', 'destructive schema change'],
    ['ALTER TABLE p DETACH PARTITION q', 'destructive schema change'],
    ['DROP TABLE t', 'destructive schema change'],
    ['TRUNCATE t', 'destructive schema change'],
    ['DROP INDEX i', 'behavioural schema change'],
    ['UPDATE t SET x = 1', 'data migration'],
    ['CREATE EXTENSION hstore', 'dependency change'],
    ['SET lock_timeout = 100; SELECT 1', 'additive schema change'],
    ['UPDATE t SET x = 1; ALTER TABLE t DROP COLUMN y; CREATE TABLE u ()', 'destructive schema change'],
    ['CREATE TABLE t (id int); INSERT INTO t VALUES (1); DROP TABLE t', 'additive schema change'],
    ["DO $$ BEGIN EXECUTE 'DROP TABLE t'; END $$", 'destructive schema change'],
  ])('%s', (sql, kind) => {
    expect(assessScript(sql).kind).toBe(kind);
  });
});

describe('the way back', () => {
  test.each<[string, Reversibility, RegExp]>([
    ['CREATE INDEX i ON t (x)', 'reversible', /inverse/],
    ['CREATE TABLE t (id int); DELETE FROM t; DROP TABLE t', 'reversible', /inverse/],
    ['ALTER TABLE t ALTER COLUMN x TYPE bigint', 'reversible with effort', /public\.t/],
    ["ALTER TYPE mood ADD VALUE 'calm'", 'reversible with effort', /enum/],
    ['DROP FUNCTION f', 'reversible with effort', /definition/],
    ['DROP INDEX i', 'reversible with effort', /definition/],
    ['INSERT INTO t VALUES (1)', 'reversible with effort', /rows added to public\.t/],
    ['UPDATE t SET x = 1', 'loses data', /overwritten/],
    ['TRUNCATE t', 'loses data', /removed/],
    ['ALTER TABLE t DROP COLUMN x', 'loses data', /public\.t/],
    ['DROP TYPE mood CASCADE', 'loses data', /columns/],
    ['DROP SCHEMA s', 'loses data', /schema/],
    ['DROP OWNED BY somebody', 'loses data', /role/],
    ['DROP TABLE t; DROP DATABASE d', 'irreversible', /database/],
  ])('%s', (sql, reversibility, reason) => {
    const assessment = assessScript(sql);
    expect(assessment.reversibility).toBe(reversibility);
    expect(assessment.reversibilityReason).toMatch(reason);
  });
});

describe('who goes first', () => {
  test.each<[string, DeploymentOrder]>([
    ['CREATE INDEX CONCURRENTLY i ON t (x)', 'any'],
    ['ALTER INDEX i RENAME TO j', 'any'],
    ['ALTER TABLE t ALTER COLUMN x SET DEFAULT 1', 'any'],
    ['CREATE TABLE t (id int)', 'database before code'],
    ['ALTER TABLE t ADD COLUMN x int', 'database before code'],
    ["ALTER TYPE mood ADD VALUE 'calm'", 'database before code'],
    ['ALTER TABLE t DROP COLUMN x', 'code before database'],
    ['ALTER TABLE t ALTER COLUMN x SET NOT NULL', 'code before database'],
    ['ALTER TABLE p DETACH PARTITION q', 'code before database'],
    ['DROP FUNCTION f', 'code before database'],
    ['ALTER TABLE t RENAME COLUMN x TO y', 'expand, code, contract'],
    ['ALTER TABLE t SET SCHEMA archive', 'expand, code, contract'],
    ["ALTER TYPE mood RENAME VALUE 'calm' TO 'quiet'", 'expand, code, contract'],
    ['ALTER TABLE t ALTER COLUMN x TYPE bigint', 'expand, code, contract'],
    ['ALTER TABLE t ADD COLUMN y int; ALTER TABLE t DROP COLUMN x', 'expand, code, contract'],
    ['CREATE TABLE helper (id int); DROP TABLE helper', 'database before code'],
  ])('%s', (sql, order) => {
    const { deployment } = assessScript(sql);
    expect(deployment.order).toBe(order);
    expect(deployment.steps.length).toBeGreaterThan(0);
  });
});

describe('what users feel', () => {
  test.each([
    ['CREATE TABLE t (id int); CREATE INDEX i ON t (id)', 'none'],
    ['CREATE INDEX CONCURRENTLY i ON t (x)', 'none'],
    ['UPDATE t SET x = 1', 'none'],
    ['ALTER TABLE t ADD COLUMN x int', 'an instant, once the lock is granted'],
    ['DROP TABLE t', 'an instant, once the lock is granted'],
    ['TRUNCATE t', 'an instant, once the lock is granted'],
    ['CREATE INDEX i ON t (x)', '0 to 5 minutes'],
    ['ALTER TABLE t ALTER COLUMN x SET NOT NULL', '0 to 5 minutes'],
    ['DROP TABLE u; ALTER TABLE t ALTER COLUMN x SET NOT NULL', '5 to 60 minutes'],
    // The lock of the first is held while the second reads.
    ['ALTER TABLE t ADD COLUMN x int; ALTER TABLE t VALIDATE CONSTRAINT c', '0 to 5 minutes'],
  ])('%s: %s', (sql, downtime) => {
    expect(assessScript(sql).expectedDowntime).toBe(downtime);
  });
});
