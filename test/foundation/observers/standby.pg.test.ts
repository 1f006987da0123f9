import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startStandbyWatch } from '../../../src/foundation/observers/standby/standby-watch.js';
import { startTraffic } from '../../../src/foundation/observers/traffic/traffic.js';
import { type ClusterWithStandby, startClusterWithStandby } from '../../../src/foundation/postgres/server/standby.js';
import { connect, type Session } from '../../../src/foundation/postgres/session.js';

let servers: ClusterWithStandby;
let change: Session;
let primary: Session;
let standby: Session;

beforeAll(async () => {
  servers = await startClusterWithStandby({ major: 17, serverBin: null });
  [change, primary, standby] = (await Promise.all(
    [servers.primary, servers.primary, servers.standby].map((server) =>
      connect(server.connection(), { applicationName: 'standby test' }),
    ),
  )) as [Session, Session, Session];
  await change.query('CREATE TABLE rows (n int); INSERT INTO rows SELECT generate_series(1, 1000)');
});

afterAll(async () => {
  for (const session of [change, primary, standby]) await session?.[Symbol.asyncDispose]();
  await servers?.[Symbol.asyncDispose]();
});

async function timed(sql: string): Promise<readonly [number, number]> {
  const startedAt = performance.now();
  await change.query(sql);
  return [startedAt, performance.now()];
}

describe('startStandbyWatch', () => {
  test('sees the standby fall behind a large write and waits until it has caught up', async () => {
    await using watch = await startStandbyWatch({ primary, standby });
    const [startedAt, endedAt] = await timed('INSERT INTO rows SELECT generate_series(1, 200000)');
    const trace = await watch.measure(startedAt, endedAt);
    expect(trace.lagBytes).toBeGreaterThan(10_000);
    expect(trace.lagMs).toBeGreaterThan(0);
    expect(trace.cancelledQueries).toBe(0);
    await using reader = await connect(servers.standby.connection(), { applicationName: 'standby test' });
    expect((await reader.query('SELECT count(*)::int AS n FROM rows')).rows).toEqual([{ n: 201_000 }]);
  });

  test('does not wait for the WAL writer when the change commits asynchronously', async () => {
    await using watch = await startStandbyWatch({ primary, standby });
    await change.query('SET synchronous_commit = off');
    const [startedAt, endedAt] = await timed('INSERT INTO rows VALUES (1)');
    await change.query('RESET synchronous_commit');
    expect((await watch.measure(startedAt, endedAt)).lagMs).toBeLessThan(150);
  });

  test('measures how long replay stands still', async () => {
    await using watch = await startStandbyWatch({ primary, standby });
    await using control = await connect(servers.standby.connection(), { applicationName: 'standby test' });
    await control.query('SELECT pg_wal_replay_pause()');
    const [startedAt, endedAt] = await timed('INSERT INTO rows SELECT generate_series(1, 1000)');
    const measuring = watch.measure(startedAt, endedAt);
    const next = await timed('INSERT INTO rows VALUES (2)');
    const measuringNext = watch.measure(...next);
    await sleep(300);
    await control.query('SELECT pg_wal_replay_resume()');
    expect((await measuring).lagMs).toBeGreaterThan(290);
    expect((await measuringNext).lagMs).toBeGreaterThan(290);
    expect((await measuringNext).lagMs).toBeLessThan((await measuring).lagMs);
  });

  test('a lost standby fails the measurement, not the process', async () => {
    const lost = await connect(servers.standby.connection(), { applicationName: 'standby test' });
    await using watch = await startStandbyWatch({ primary, standby: lost });
    await lost[Symbol.asyncDispose]();
    await sleep(50);
    const measuring = watch.measure(performance.now(), performance.now());
    await sleep(50);
    await expect(measuring).rejects.toMatchObject({ code: 'query-failed', effect: 'none' });
  });

  test('counts the reads of the traffic that recovery cancels', async () => {
    await standby.query("ALTER SYSTEM SET max_standby_streaming_delay = '50ms'");
    await standby.query('SELECT pg_reload_conf()');
    await change.query('CREATE TABLE slow_rows (n int); INSERT INTO slow_rows SELECT generate_series(1, 3)');
    await using traffic = await startTraffic({
      connect: () => connect(servers.primary.connection(), { applicationName: 'standby test' }),
      connectStandby: async () => {
        const session = await connect(servers.standby.connection(), { applicationName: 'standby test' });
        // Reads of the traffic are over in a moment; these rest on their row, so that recovery meets them.
        return {
          ...session,
          query: (sql, values) => session.query(sql.replace(/^SELECT 1/, 'SELECT pg_sleep(0.4)'), values),
        };
      },
      relations: [{ schema: 'public', name: 'slow_rows' }],
      requestsPerSecond: 10,
    });
    const cancelledOnStandby = (from: number, to: number) => traffic.cancelledOnStandby(from, to);
    await using watch = await startStandbyWatch({ primary, standby, cancelledOnStandby });
    await sleep(300);
    const from = performance.now() - 300;
    const [, endedAt] = await timed('ALTER TABLE slow_rows ADD COLUMN m int');
    const trace = await watch.measure(from, endedAt);
    expect(trace.cancelledQueries).toBeGreaterThan(0);
    expect(trace.lagMs).toBeGreaterThan(30);
  });

  test('traffic on the standby stalls behind a replayed lock', async () => {
    const open = (server: 'primary' | 'standby') => () =>
      connect(servers[server].connection(), { applicationName: 'standby test' });
    await using traffic = await startTraffic({
      connect: open('primary'),
      connectStandby: open('standby'),
      relations: [{ schema: 'public', name: 'rows' }],
      requestsPerSecond: 50,
    });
    await sleep(100);
    const from = performance.now();
    await change.query('BEGIN; ALTER TABLE rows ADD COLUMN o int');
    await primary.query("SELECT pg_logical_emit_message(true, 'test', '')");
    await sleep(300);
    await change.query('COMMIT');
    await sleep(50);
    await traffic.settle(2000);
    const traces = traffic.between(from, performance.now());
    const read = traces.find((trace) => trace.operation === 'standby read');
    expect(read?.longestStallMs).toBeGreaterThan(200);
    expect(traffic.cancelledOnStandby(from, performance.now())).toBe(0);
  });
});
