import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openGentleReader } from '../../../src/foundation/integrity/gentle-reader.js';
import { walkPages } from '../../../src/foundation/integrity/walk-pages.js';
import { connect, type Session } from '../../../src/foundation/postgres/session.js';
import { type ClusterWithStandby, startClusterWithStandby } from '../../../src/foundation/postgres/server/standby.js';
import { systemClock } from '../../../src/foundation/runtime/clock.js';
import { startApplication } from '../watch/fake-application.js';
import { inLines, openVerifyBench } from './verify-bench.js';

let servers: ClusterWithStandby;
let session: Session;
let bench: Awaited<ReturnType<typeof openVerifyBench>>;

beforeAll(async () => {
  servers = await startClusterWithStandby({ major: 17, serverBin: null });
  session = await connect(servers.primary.connection(), { applicationName: 'test' });
  bench = await openVerifyBench(servers.primary);
  await session.query(`CREATE EXTENSION amcheck; CREATE TABLE users (id int PRIMARY KEY, n int DEFAULT 0) WITH (fillfactor = 50);
    INSERT INTO users SELECT generate_series(1, 20000);
    CREATE TABLE orders (id bigserial PRIMARY KEY, u int REFERENCES users); CREATE UNLOGGED TABLE quick (id serial PRIMARY KEY);
    INSERT INTO orders (u) SELECT 1 + g % 20000 FROM generate_series(1, 60000) g`);
  await session.query('VACUUM ANALYZE');
});
afterAll(async () => {
  await session?.[Symbol.asyncDispose]();
  await bench?.[Symbol.asyncDispose]();
  await servers?.[Symbol.asyncDispose]();
});

test('on a replica, while rows are written and cleaned away, it finds nothing and nobody is cancelled', async () => {
  const { standby } = servers;
  const path = join(bench.dir, 'lockkeeper.yaml');
  const replicas = [`host=${standby.socketDir} port=${standby.port} user=postgres dbname=postgres`];
  await writeFile(path, JSON.stringify({ targets: { here: { url: bench.url('postgres'), replicas } } }));
  await using onStandby = await connect(standby.connection(), { applicationName: 'test' });
  await using writer = await connect(servers.primary.connection(), { applicationName: 'test' });
  let goesOn = true;
  let written = 0;
  const churn = async () => {
    for (; goesOn; written += 1) {
      await writer.query(`UPDATE users SET n = n + 1 WHERE id % 50 = ${written % 50}`);
      await writer.query('VACUUM users');
    }
  };
  let answers = 0;
  const read = async () => {
    for (; goesOn; answers += 1) await onStandby.query('SELECT count(*), pg_sleep(0.05) FROM users');
  };
  const others = Promise.all([churn(), read()]);
  const request = { configPath: path, database: { database: null, target: 'here' }, onReplica: true, throttle: 0.5 };
  const report = await bench.run(request);
  goesOn = false;
  await others;
  expect(inLines(report)).toEqual([]);
  expect(report).toMatchObject({ onReplica: true, verdict: 'passed', database: 'replica 1 of the target here' });
  expect(report.reading.longestTransactionMs).toBeLessThan(5_000);
  expect(report.reading.pausedMs).toBeGreaterThan(0);
  expect(Math.min(written, answers)).toBeGreaterThan(3);
  const conflicts = await onStandby.query('SELECT sum(conflicts) AS n FROM pg_stat_database');
  expect(Number(conflicts.rows[0]?.['n'])).toBe(0);
});

test('while the application is slower than it may be, nothing is read', async () => {
  await using application = await startApplication();
  const path = join(bench.dir, 'lockkeeper.yaml');
  const metrics = { p95Ms: { http: `${application.url}/metrics`, path: 'p95Ms' } };
  const health = `${application.url}/health`;
  await writeFile(path, JSON.stringify({ targets: { here: { url: bench.url('postgres'), metrics, health } } }));
  // As it is at the first look is how it should be.
  let looks = 0;
  application.healthy = async () => {
    looks += 1;
    application.p95Ms = looks === 1 || looks > 3 ? 40 : 400;
    return true;
  };
  const report = await bench.run({
    configPath: path,
    database: { database: null, target: 'here' },
    throttle: 0.06,
  });
  expect(report.verdict).toBe('passed');
  expect(report.reading.heldBackMs).toBeGreaterThan(1_500);
  expect(report.reading.heldBackMs).toBeLessThanOrEqual(report.reading.pausedMs);
  expect(report.notes).toContain('The reading waited for others: p95Ms may be 60.');
  expect(report.reading.longestTransactionMs).toBeLessThan(1_500);
});

test('a part that is too long for its transaction is read again, smaller', async () => {
  const pace = { share: 1, transactionMs: 600, lockTimeoutMs: 100 };
  const { signal } = new AbortController();
  await using reader = openGentleReader(session, { clock: systemClock, signal, pace });
  const parts: number[] = [];
  await walkPages(
    reader,
    { relation: 'public.users', from: 0 },
    {
      read: async ({ from, to }) => {
        await session.query(`SELECT pg_sleep(${to - from > 8 ? 5 : 0.001})`);
        parts.push(from);
        return parts.length < 4;
      },
      onPart: async () => undefined,
    },
  );
  expect(parts).toHaveLength(4);
  expect(reader.cost.retries).toBeGreaterThan(0);
  expect(reader.cost.longestTransactionMs).toBeLessThan(700);
});

test('what was read before an interruption is not read again', async () => {
  const control = new AbortController();
  const told: string[] = [];
  const interrupted = bench.run({
    signal: control.signal,
    action: { kind: 'snapshot', path: 's.json' },
    onProgress: (news) => {
      if (news.kind !== 'phase') return;
      told.push(news.text);
      if (news.text.includes('public.quick')) control.abort();
    },
  });
  await expect(interrupted).rejects.toThrow(/abort/i);
  expect(told).toEqual(['Verifying public.orders', 'Verifying public.quick']);
  const state = join(bench.dir, '.lockkeeper', 'verify', 'database.snapshot.json');
  expect(existsSync(state)).toBe(true);
  // Whoever resumes believes what was read: a row that came since is not in it.
  await session.query('INSERT INTO orders (u) VALUES (1)');
  await bench.run({ resume: true, action: { kind: 'snapshot', path: 's.json' } });
  const { tables } = JSON.parse(await readFile(join(bench.dir, 's.json'), 'utf8'));
  expect(tables.map(({ relation, rows }: { relation: string; rows: number }) => `${relation} ${rows}`)).toEqual([
    'public.orders 60000',
    'public.quick 0',
    'public.users 20000',
  ]);
  expect(existsSync(state)).toBe(false);
  const resume = { resume: true, action: { kind: 'snapshot', path: 's.json' } } as const;
  await expect(bench.run(resume)).rejects.toMatchObject({ code: 'usage' });
});

test('a connection that breaks is told as such, and what was read is kept', async () => {
  const killer = await connect(servers.primary.connection(), { applicationName: 'test' });
  const ends: Promise<unknown>[] = [];
  const broken = bench.run({
    action: { kind: 'snapshot', path: 's.json' },
    onProgress: (news) => {
      if (news.kind !== 'phase' || !news.text.includes('public.users')) return;
      const mine = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'lockkeeper verify'`;
      ends.push(killer.query(mine));
    },
    throttle: 0.06,
  });
  await expect(broken).rejects.toMatchObject({ code: 'connection-failed', effect: 'none' });
  await Promise.all(ends);
  await killer[Symbol.asyncDispose]();
  const report = await bench.run({ resume: true, action: { kind: 'snapshot', path: 's.json' } });
  expect(report.snapshot).toMatchObject({ tables: 3, rows: 80_001 });
});
