import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { drainConnections } from '../../../src/during/traffic/drain-connections.js';
import { readMetric } from '../../../src/foundation/probes/read-metric.js';
import { connect, type Session } from '../../../src/foundation/postgres/session.js';
import { type Cluster, startCluster } from '../../../src/foundation/postgres/server/cluster.js';
import { systemClock } from '../../../src/foundation/runtime/clock.js';

const around = { clock: systemClock, signal: new AbortController().signal };

describe('on a server', () => {
  let cluster: Cluster;
  let session: Session;
  const open = (applicationName: string): Promise<Session> => connect(cluster.connection(), { applicationName });
  beforeAll(async () => {
    cluster = await startCluster({ major: 17, serverBin: null });
    session = await open('lockkeeper apply');
    await session.query('CREATE ROLE plain LOGIN');
  });
  afterAll(async () => {
    await session?.[Symbol.asyncDispose]();
    await cluster?.[Symbol.asyncDispose]();
  });

  const drain = (fields: { application?: string; user?: string; timeoutMs?: number }, watcher = session) =>
    drainConnections(watcher, { application: null, user: null, timeoutMs: 5_000, ...fields }, around);

  test('nobody is waited for who is not there, and the watcher not for itself', async () => {
    expect(await drain({ application: 'shop' })).toMatchObject({ connections: 0 });
    expect(await drain({ application: 'lockkeeper apply' })).toMatchObject({ connections: 0 });
  });

  test('the last connection is waited for', async () => {
    const shop = await open('shop');
    await using other = await open('reports');
    const ended = systemClock.sleep(300).then(() => shop[Symbol.asyncDispose]());
    const { connections, durationMs } = await drain({ application: 'shop' });
    await ended;
    expect(connections).toBe(1);
    expect(durationMs).toBeGreaterThan(250);
    expect(other.closed).toBe(false);
  });

  test('who is left is named, also to a role that sees little', async () => {
    await using shop = await open('shop');
    await using plain = await connect({ ...cluster.connection(), user: 'plain' }, { applicationName: 'watcher' });
    const message = new RegExp(`still has 1 connections: pid ${shop.pid} \\(shop as postgres`);
    await expect(drain({ application: 'shop', timeoutMs: 50 })).rejects.toMatchObject({
      code: 'traffic-remains',
      message: expect.stringMatching(message) as string,
    });
    await expect(drain({ user: 'postgres', timeoutMs: 50 }, plain)).rejects.toThrow(`pid ${shop.pid}`);
  });

  test('a figure from a query is read without a trace', async () => {
    const read = (query: string, timeoutMs = 2_000) =>
      readMetric(
        { source: { kind: 'sql', query }, timeoutMs, limit: null, typical: null, peak: null },
        { ...around, session },
      );
    expect(await read('SELECT 2.5::numeric')).toMatchObject({ value: 2.5, problem: null });
    expect(await read('SELECT count(*) FROM pg_class WHERE false')).toMatchObject({ value: 0 });
    expect((await read('SELECT 1 AS a, 2 AS b')).problem).toMatch(/1 rows of 2 columns/);
    expect((await read('SELECT NULL::int')).problem).toMatch(/no figure/);
    expect((await read('CREATE TABLE made ()')).problem).toMatch(/read-only transaction/);
    expect((await read('SELECT pg_sleep(5)', 60)).problem).toMatch(/statement timeout/);
    expect(session.transactionStatus).toBe('idle');
  });
});
