import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTraffic } from '../../../src/foundation/observers/traffic/traffic.js';
import { type Cluster, startCluster } from '../../../src/foundation/postgres/server/cluster.js';
import { connect, type Session } from '../../../src/foundation/postgres/session.js';

let server: Cluster;
let session: Session;
const open = () => connect(server.connection(), { applicationName: 'traffic test' });
const orders = { schema: 'public', name: 'orders' };

beforeAll(async () => {
  server = await startCluster({ major: 17, serverBin: null });
  session = await open();
});

afterAll(async () => {
  await session?.[Symbol.asyncDispose]();
  await server?.stop();
});

async function makeOrders(): Promise<void> {
  await session.query(`
    DROP TABLE IF EXISTS orders;
    CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, note text, twice text GENERATED ALWAYS AS (note || note) STORED);
    INSERT INTO orders (note) SELECT 'note ' || n FROM generate_series(1, 2000) AS n;
    ANALYZE orders`);
}

/** Runs `sql` in a transaction, rests, commits, and tells what the traffic felt. */
async function holdWhileTraffic(sql: string, holdMs: number) {
  await makeOrders();
  await using traffic = await startTraffic({ connect: open, relations: [orders], requestsPerSecond: 100 });
  await sleep(100);
  const from = performance.now();
  await session.query(`BEGIN; ${sql}`);
  await sleep(holdMs);
  await session.query('COMMIT');
  const to = performance.now();
  await traffic.settle(2000);
  const of = (operation: string) => traffic.between(from, to).find((trace) => trace.operation === operation);
  return { read: of('read'), write: of('write'), points: traffic.latencies(from, to) };
}

describe('traffic', () => {
  test('readers and writers stall behind an AccessExclusiveLock, and requests go on being intended', async () => {
    const { read, write, points } = await holdWhileTraffic('LOCK TABLE orders', 300);
    expect(read?.longestStallMs).toBeGreaterThan(250);
    expect(write?.longestStallMs).toBeGreaterThan(250);
    expect(read?.requests).toBeGreaterThanOrEqual(25);
    expect(read?.failures).toBe(0);
    const reads = points.filter((point) => point.operation === 'read');
    expect(reads.length).toBe(read?.requests);
    // Those intended later waited less: open loop, not one long request.
    expect(reads[0]?.latencyMs).toBeGreaterThan((reads.at(-1)?.latencyMs ?? 0) + 150);
  });

  test('under a ShareLock writers stall and readers do not', async () => {
    const { read, write } = await holdWhileTraffic('LOCK TABLE orders IN SHARE MODE', 300);
    expect(write?.longestStallMs).toBeGreaterThan(250);
    expect(read?.longestStallMs).toBeLessThan(150);
  });

  test('writes change rows of the table for nobody to see, and fire no triggers', async () => {
    await makeOrders();
    await session.query(`
      DROP TABLE IF EXISTS audit; CREATE TABLE audit (at timestamptz DEFAULT now());
      CREATE OR REPLACE FUNCTION note_audit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO audit DEFAULT VALUES; RETURN NEW; END $$;
      CREATE TRIGGER audited AFTER UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION note_audit()`);
    const content = 'SELECT md5(string_agg(o::text, $1 ORDER BY id)) AS digest FROM orders o';
    const before = await session.query(content, [',']);
    const from = performance.now();
    {
      await using traffic = await startTraffic({ connect: open, relations: [orders], requestsPerSecond: 100 });
      await sleep(300);
      await traffic.settle(1000);
      expect(traffic.between(from, performance.now())).toMatchObject([{ failures: 0 }, { failures: 0 }]);
    }
    expect((await session.query(content, [','])).rows).toEqual(before.rows);
    expect((await session.query('SELECT count(*)::int AS n FROM audit')).rows).toEqual([{ n: 0 }]);
    const moved = await session.query(
      `SELECT count(*)::int AS n FROM orders WHERE xmin <> (SELECT xmin FROM orders GROUP BY 1 ORDER BY count(*) DESC LIMIT 1)`,
    );
    expect(moved.rows[0]?.n).toBeGreaterThan(5);
  });

  test('a dropped column fails some requests, then the traffic learns the new columns', async () => {
    await makeOrders();
    await using traffic = await startTraffic({ connect: open, relations: [orders], requestsPerSecond: 100 });
    await sleep(300);
    const from = performance.now();
    await session.query('ALTER TABLE orders DROP COLUMN twice');
    const failures = (a: number, b: number) => traffic.between(a, b).reduce((sum, trace) => sum + trace.failures, 0);
    // On a busy machine the first request behind the change can be late.
    await expect.poll(() => failures(from, performance.now()), { timeout: 10_000 }).toBeGreaterThan(0);
    await sleep(400);
    const later = performance.now();
    await sleep(150);
    await traffic.settle(1000);
    expect(failures(later, performance.now())).toBe(0);
  });

  test('a dropped table fails every request; a table made later gets its traffic', async () => {
    await makeOrders();
    await session.query('DROP TABLE IF EXISTS late');
    const relations = [orders, { schema: 'public', name: 'late' }];
    await using traffic = await startTraffic({ connect: open, relations, requestsPerSecond: 50 });
    const from = performance.now();
    await session.query('DROP TABLE orders');
    await session.query('CREATE TABLE late (id int)');
    await sleep(600);
    await traffic.settle(1000);
    const traces = traffic.between(from, performance.now());
    const read = traces.find((trace) => trace.relation === 'public.orders' && trace.operation === 'read');
    expect(read?.failures).toBeGreaterThan(10);
    expect(traces.find((trace) => trace.relation === 'public.late')).toMatchObject({ failures: 0 });
  });

  test('stops at once while its requests wait, and leaves no backend behind', async () => {
    await makeOrders();
    const view = { schema: 'public', name: 'orders_view' };
    await session.query('CREATE OR REPLACE VIEW orders_view AS SELECT 1 AS one');
    const traffic = await startTraffic({ connect: open, relations: [orders, view], requestsPerSecond: 100 });
    expect(traffic.skipped).toMatchObject([{ operation: 'read', reason: 'is a view' }, { operation: 'write' }]);
    await session.query('BEGIN; LOCK TABLE orders');
    await sleep(100);
    const asked = performance.now();
    await traffic[Symbol.asyncDispose]();
    expect(performance.now() - asked).toBeLessThan(1000);
    await sleep(50);
    const left = `SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name = 'lockkeeper traffic'`;
    expect((await session.query(left)).rows).toEqual([{ n: 0 }]);
    await session.query('ROLLBACK; DROP VIEW orders_view');
  });

  test('replaces sessions that somebody ends', async () => {
    await makeOrders();
    await using traffic = await startTraffic({ connect: open, relations: [orders], requestsPerSecond: 100 });
    await session.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'lockkeeper traffic'`,
    );
    await sleep(300);
    const from = performance.now();
    await sleep(150);
    await traffic.settle(1000);
    expect(traffic.between(from, performance.now())).toMatchObject([{ failures: 0 }, { failures: 0 }]);
  });
});
