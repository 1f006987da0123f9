import { beforeAll, describe, expect, test } from 'vitest';
import { loadParser } from '../../../../../src/foundation/sql/parse.js';
import { findingsOf, type Judging } from '../judge-text.js';

beforeAll(loadParser);

const separately: Judging = { transaction: 'none' };
const guarded = "SET lock_timeout = '2s';";

type Case = readonly [rule: string, sql: string, judging?: Judging];

const cases = (...all: readonly Case[]) =>
  all.map(([rule, sql, judging = separately]) => [rule, sql, judging] as const);

describe('silent', () => {
  test.each(
    cases(
      ['missing-lock-timeout', 'CREATE TABLE a (id int); ALTER TABLE a ADD b int; DROP TABLE a;'],
      ['missing-lock-timeout', 'CREATE INDEX CONCURRENTLY i ON orders (id);'],
      ['missing-lock-timeout', 'INSERT INTO orders VALUES (1); SELECT * FROM orders;'],
      ['missing-lock-timeout', 'BEGIN; LOCK TABLE orders NOWAIT; COMMIT;'],
      ['missing-lock-timeout', 'SET LOCAL lock_timeout TO 1000; ALTER TABLE orders ADD b int;', {}],
      ['missing-statement-timeout', "SET statement_timeout = '5s'; ALTER TABLE orders ADD b int;"],
      ['timeout-too-long', "SET lock_timeout = '2h'; CREATE INDEX CONCURRENTLY i ON orders (id);"],
      ['timeout-after-lock', `${guarded} ALTER TABLE orders ADD b int; SET lock_timeout = '1s';`],
      ['timeout-after-lock', 'ALTER TABLE orders ADD b int; SET statement_timeout = 0;'],
      ['short-timeout-on-long-step', `${guarded} CREATE INDEX i ON orders (id);`],
      ['short-timeout-on-long-step', "SET lock_timeout = '1h'; REINDEX INDEX CONCURRENTLY i;"],
      ['several-tables-locked', 'CREATE TABLE a (id int); ALTER TABLE orders ADD b int; ALTER TABLE a ADD b int;', {}],
      ['several-tables-locked', 'ALTER TABLE orders ADD b int; ALTER TABLE orders ADD c int; SELECT * FROM users;', {}],
      ['several-tables-locked', 'BEGIN; ALTER TABLE a ADD b int; COMMIT; BEGIN; ALTER TABLE c ADD b int; COMMIT;'],
      ['work-under-exclusive-lock', 'ALTER TABLE orders ADD b int; INSERT INTO orders (b) VALUES (1), (2);', {}],
      ['work-under-exclusive-lock', 'CREATE TABLE a (id int); UPDATE a SET id = 1;', {}],
      ['work-under-exclusive-lock', 'UPDATE orders SET b = 1; ALTER TABLE orders ADD c int;', {}],
      ['several-alter-tables', 'ALTER TABLE a ADD b int; ALTER TABLE c ADD b int;'],
      [
        'several-alter-tables',
        'ALTER TABLE a ADD CONSTRAINT c CHECK (b > 0) NOT VALID; ALTER TABLE a VALIDATE CONSTRAINT c;',
      ],
      ['several-alter-tables', 'ALTER TABLE a ALTER b SET NOT NULL; ALTER TABLE a DROP CONSTRAINT b_set;'],
      ['several-alter-tables', 'ALTER TABLE a ADD b int; ALTER TABLE ONLY a ADD c int;'],
      ['nested-transaction', 'BEGIN; COMMIT; BEGIN; COMMIT;'],
      ['nested-transaction', 'BEGIN; SELECT 1; COMMIT;', { transaction: 'implicit' }],
      ['transaction-left-open', 'BEGIN; SAVEPOINT a; COMMIT;'],
      ['transaction-control-in-transaction', 'BEGIN; SELECT 1; COMMIT;'],
      ['transaction-control-in-transaction', 'SAVEPOINT a; ROLLBACK TO a;', {}],
      ['commits-inside-block', "DO $$ BEGIN PERFORM 'COMMIT'; END $$;"],
      ['commits-inside-block', 'CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN COMMIT; END $$;'],
      ['update-without-batches', 'UPDATE orders SET a = 1 WHERE id BETWEEN 1 AND 1000;'],
      ['update-without-batches', 'UPDATE orders SET a = 1 WHERE a IS NULL AND id >= 1 AND id < 1000;'],
      [
        'update-without-batches',
        'UPDATE orders SET a = 1 WHERE id IN (SELECT id FROM orders WHERE a IS NULL LIMIT 100);',
      ],
      [
        'update-without-batches',
        'WITH b AS (SELECT id FROM orders LIMIT 9) UPDATE orders o SET a = 1 FROM b WHERE o.id = b.id;',
      ],
      ['update-without-batches', "UPDATE settings SET value = 'x' WHERE key = 'y';"],
      ['update-without-batches', 'CREATE TABLE a (b int); UPDATE a SET b = 1;'],
      ['delete-without-batches', 'DELETE FROM orders WHERE ctid = ANY (ARRAY(SELECT ctid FROM orders LIMIT 100));'],
      ['blocking-advisory-lock', 'SELECT pg_try_advisory_lock(1), pg_advisory_unlock(1);'],
      ['blocking-advisory-lock', "SELECT 'pg_advisory_lock(1)';"],
      ['truncate-table', `${guarded} TRUNCATE orders;`],
      ['truncate-table', 'CREATE TABLE a (b int); TRUNCATE a;'],
      ['truncate-cascade', 'CREATE TABLE a (b int); TRUNCATE a CASCADE;'],
      ['drop-foreign-key', 'ALTER TABLE orders DROP CONSTRAINT orders_total_check;'],
      ['attach-partition-scans', 'CREATE TABLE c (LIKE p); ALTER TABLE p ATTACH PARTITION c FOR VALUES IN (1);'],
      [
        'create-partition-blocks-parent',
        'CREATE TABLE p (a int) PARTITION BY LIST (a); CREATE TABLE c PARTITION OF p DEFAULT;',
      ],
      ['detach-partition-blocks', 'ALTER TABLE p DETACH PARTITION c FINALIZE;'],
      ['rebuild-table', 'VACUUM orders; VACUUM (FULL false) orders; ANALYZE;'],
      ['refresh-materialized-view', 'CREATE MATERIALIZED VIEW v AS SELECT 1; REFRESH MATERIALIZED VIEW v;'],
      ['lock-table', 'BEGIN; LOCK TABLE orders IN ROW EXCLUSIVE MODE; COMMIT;'],
      [
        'create-trigger-blocks-writes',
        'CREATE TABLE a (b int); CREATE TRIGGER t BEFORE UPDATE ON a EXECUTE FUNCTION f();',
      ],
      ['row-security-blocks', 'CREATE TABLE a (b int); ALTER TABLE a ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON a;'],
      ['change-owner', 'CREATE TABLE a (b int); ALTER TABLE a OWNER TO app;'],
      ['table-rewrite', 'ALTER TABLE a ALTER b TYPE bigint; TRUNCATE a; VACUUM FULL a;'],
    ),
  )('%s on %s', (id, sql, judging) => {
    expect(findingsOf(id, sql, judging)).toEqual([]);
  });
});

describe('once', () => {
  test.each(
    cases(
      ['missing-lock-timeout', 'ALTER TABLE a ADD b int; ALTER TABLE c ADD b int; DROP TABLE d;'],
      [
        'missing-lock-timeout',
        'BEGIN; SET LOCAL lock_timeout = 1000; ALTER TABLE a ADD b int; COMMIT; ALTER TABLE a ADD c int;',
      ],
      ['missing-lock-timeout', 'DO $$ BEGIN ALTER TABLE a ADD b int; END $$;'],
      ['timeout-too-long', 'SET lock_timeout = 0; ALTER TABLE a ADD b int; ALTER TABLE a ADD c int;'],
      ['several-tables-locked', 'ALTER TABLE a ADD b int; ALTER TABLE c ADD b int; ALTER TABLE d ADD b int;', {}],
      ['several-tables-locked', 'DO $$ BEGIN ALTER TABLE a ADD b int; ALTER TABLE c ADD b int; END $$;'],
      ['several-alter-tables', 'ALTER TABLE a ADD b int; ALTER TABLE a ADD c int; ALTER TABLE a ADD d int;'],
      ['transaction-left-open', 'BEGIN; SELECT 1; COMMIT; START TRANSACTION; SELECT 2;'],
      ['nested-transaction', 'BEGIN; SELECT 1;', {}],
      ['commits-inside-block', 'CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN COMMIT; END $$; CALL p();'],
      ['blocking-advisory-lock', 'DO $$ BEGIN PERFORM pg_advisory_lock(1); END $$;'],
      ['update-without-batches', 'UPDATE orders o SET a = b.a FROM b WHERE b.id = o.id;'],
      ['update-without-batches', 'DO $$ BEGIN UPDATE orders SET a = 1; END $$;'],
      ['delete-without-batches', 'DELETE FROM orders WHERE id = 1 OR at IS NULL;'],
      ['set-tablespace', 'ALTER INDEX i SET TABLESPACE fast;'],
      ['rebuild-table', 'CLUSTER;'],
      ['rebuild-table', 'VACUUM (FULL, ANALYZE);'],
    ),
  )('%s on %s', (id, sql, judging) => {
    expect(findingsOf(id, sql, judging)).toHaveLength(1);
  });
});

test('an UPDATE is cut at its own WHERE, and goes on with what it returned', () => {
  const [found] = findingsOf(
    'update-without-batches',
    `UPDATE orders o SET a = (SELECT 'where' FROM b WHERE b.id = o.id) WHERE a IS NULL OR "where" RETURNING id;`,
    separately,
  );
  expect(found?.instead?.split('\n')[1]).toBe(
    `UPDATE orders o SET a = (SELECT 'where' FROM b WHERE b.id = o.id) WHERE (a IS NULL OR "where") AND o.ctid >= '(0,0)' AND o.ctid < '(1000,0)' RETURNING id;`,
  );
});

test('two ALTER TABLEs become one', () => {
  const [found] = findingsOf(
    'several-alter-tables',
    "ALTER TABLE a ADD b int; ALTER TABLE public.a ADD c text DEFAULT ',';",
    separately,
  );
  expect(found?.instead).toBe("ALTER TABLE a ADD b int, ADD c text DEFAULT ',';");
});

describe('what is known of the target', () => {
  const sized = (rows: number): Judging => ({
    ...separately,
    sizes: new Map([['public.orders', { rows, bytes: rows * 100 }]]),
  });

  test.each([
    [5_000_000, 'error', null],
    [200_000, 'warning', null],
    [10, 'info', 'public.orders is small: about 10 rows, 1 kB'],
  ])('an UPDATE of %i rows is an %s', (rows, severity, gradedDown) => {
    const found = findingsOf('update-without-batches', 'UPDATE orders SET a = 1;', sized(rows));
    expect(found).toMatchObject([{ severity, gradedDown, certainty: 'certain' }]);
  });

  test('a value of which nothing is known is worth a word on a large table only', () => {
    const sql = "DELETE FROM orders WHERE state = 'old';";
    expect(findingsOf('delete-without-batches', sql, sized(5_000_000))).toMatchObject([{ certainty: 'possible' }]);
    expect(findingsOf('delete-without-batches', sql, sized(200_000))).toEqual([]);
  });

  test.each(['missing-lock-timeout', 'missing-statement-timeout', 'create-rule', 'drop-trigger-blocks'])(
    'a runner that sets timeouts answers %s',
    (id) => {
      const sql = 'CREATE RULE r AS ON DELETE TO orders DO INSTEAD NOTHING; DROP TRIGGER t ON orders;';
      expect(findingsOf(id, sql, separately)).toHaveLength(1);
      expect(findingsOf(id, sql, { ...separately, policy: { runnerSetsTimeouts: true } })).toEqual([]);
    },
  );

  test('a form that is gentler than a timeout is still named, with less weight', () => {
    const detach = 'ALTER TABLE p DETACH PARTITION c;';
    expect(findingsOf('detach-partition-blocks', detach, separately)).toMatchObject([{ severity: 'error' }]);
    expect(findingsOf('detach-partition-blocks', guarded + detach, separately)).toMatchObject([
      { severity: 'warning' },
    ]);
  });
});
