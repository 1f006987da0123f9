import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import diskSpace from '../../../src/during/preflight/gates/database/disk-space.js';
import serverVersion from '../../../src/during/preflight/gates/database/server-version.js';
import { type Cluster, startCluster } from '../../../src/foundation/postgres/server/cluster.js';
import { connect, type Session } from '../../../src/foundation/postgres/session.js';
import { askGate, touch } from './gate-bench.js';

describe.each([15, 18] as const)('on PostgreSQL %i', (major) => {
  let cluster: Cluster;
  let session: Session;

  beforeAll(async () => {
    cluster = await startCluster({ major, serverBin: null });
    session = await connect(cluster.connection(), { applicationName: 'test' });
    await session.query(
      `CREATE TABLE orders (id int PRIMARY KEY); INSERT INTO orders SELECT generate_series(1, 20000); ANALYZE orders`,
    );
  });
  afterAll(async () => {
    await session?.[Symbol.asyncDispose]();
    await cluster?.[Symbol.asyncDispose]();
  });

  it('asks the configured command or URL, and knows what a rewrite takes', async () => {
    const touched = [touch('public.orders', 'AccessExclusiveLock', true)];
    const answer = (stdout: string, exitCode = 0) => ({
      session,
      touched,
      settings: { freeBytesCommand: 'df' },
      runCommand: async () => ({ exitCode, stdout, stderr: 'secret' }),
    });
    expect(await askGate(diskSpace, { session, touched })).toMatchObject({
      verdict: 'unknown',
      reason: expect.stringContaining('no command or URL'),
    });
    const little = await askGate(diskSpace, answer('1000\n'));
    expect(little).toMatchObject({ verdict: 'block', observation: { freeBytes: 1000 } });
    const { rewrittenBytes } = little.observation as { rewrittenBytes: number };
    expect(rewrittenBytes).toBeGreaterThan(1_000_000);
    expect(await askGate(diskSpace, answer('900000000000'))).toMatchObject({
      verdict: 'unknown',
      reason: expect.stringContaining('without a rehearsal'),
    });
    for (const bad of [answer('lots'), answer('', 0), answer('5', 1)]) {
      const { verdict, observation } = await askGate(diskSpace, bad);
      expect(verdict).toBe('unknown');
      expect(JSON.stringify(observation)).not.toContain('secret');
    }
    const body = '{"status":"success","data":{"result":[{"metric":{},"value":[1,"1000"]}]}}';
    const fetchText = async () => ({ status: 200, body, problem: null, durationMs: 1 });
    const viaUrl = await askGate(diskSpace, {
      session,
      touched,
      settings: { freeBytesUrl: 'http://prometheus' },
      fetchText,
    });
    expect(viaUrl).toMatchObject({ verdict: 'block', observation: { freeBytes: 1000 } });
  });

  it('without a rehearsal the version is unknown to fit', async () => {
    expect(await askGate(serverVersion, { session })).toMatchObject({ verdict: 'unknown', observation: { major } });
  });
});
