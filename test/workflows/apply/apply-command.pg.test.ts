import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Cluster, startCluster } from '../../../src/foundation/postgres/server/cluster.js';
import { connect, type Session } from '../../../src/foundation/postgres/session.js';
import { systemClock } from '../../../src/foundation/runtime/clock.js';
import { applyCommand } from '../../../src/workflows/apply-command.js';

let folder: string;
let cluster: Cluster;
let session: Session;
let url: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lockkeeper-exec-'));
  cluster = await startCluster({ major: 17, serverBin: null });
  const { host, port, user, database } = cluster.connection();
  url = `postgresql://${user}@/${database}?host=${encodeURIComponent(host)}&port=${port}`;
  session = await connect(cluster.connection(), { applicationName: 'test' });
  const pg = new URL('../../../node_modules/pg/lib/index.js', import.meta.url).pathname;
  // A tool as teams write them: reads DATABASE_URL, sends its files in a transaction, ends with 1 when one fails.
  writeFileSync(
    join(folder, 'migrate.cjs'),
    `const { Client } = require(${JSON.stringify(pg)});
     (async () => {
       const client = new Client(process.env.DATABASE_URL);
       await client.connect();
       try { for (const sql of process.argv.slice(2)) await client.query(sql); }
       catch (error) { console.error(error.message); process.exitCode = 1; }
       await client.end();
     })();`,
  );
});
afterAll(async () => {
  await session?.[Symbol.asyncDispose]();
  await cluster?.[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});
beforeEach(() => session.query('DROP TABLE IF EXISTS hot; CREATE TABLE hot (id int PRIMARY KEY)'));

const run = (statements: readonly string[], signal = new AbortController().signal) =>
  applyCommand({
    cwd: folder,
    env: { PATH: process.env['PATH'] },
    clock: systemClock,
    signal,
    onProgress: () => undefined,
    onEvent: () => undefined,
    selection: { paths: [] },
    database: { database: url, target: null },
    allowUndecidable: false,
    exec: `node migrate.cjs ${statements.map((sql) => `'${sql}'`).join(' ')}`,
  });

test('the command works as it does alone, and is told of statement by statement', async () => {
  const { report } = await run([
    'BEGIN',
    'ALTER TABLE hot ADD COLUMN a int',
    'COMMIT',
    'CREATE INDEX CONCURRENTLY ON hot (a)',
  ]);
  expect(report.verdict).toBe('applied');
  expect(report.steps.map(({ sql, outcome }) => [sql[0], outcome?.state])).toEqual([
    ['ALTER TABLE hot ADD COLUMN a int', 'applied'],
    ['CREATE INDEX CONCURRENTLY ON hot (a)', 'applied'],
  ]);
  expect(report.notes.join()).toContain('there is no ledger of its statements');
});

test('of a statement that commits by itself the locks are told as they were seen, of one in a transaction none', async () => {
  await session.query(`INSERT INTO hot VALUES (1); CREATE FUNCTION slowly(int) RETURNS int LANGUAGE plpgsql IMMUTABLE
    AS 'BEGIN PERFORM pg_catalog.pg_sleep(0.2); RETURN $1; END'`);
  const build = 'CREATE INDEX CONCURRENTLY hot_slowly ON hot (slowly(id))';
  const { report } = await run([build, 'BEGIN', 'LOCK TABLE hot', 'COMMIT']);
  expect(report.steps.map(({ outcome }) => outcome?.locks)).toEqual([
    [
      { relation: 'public.hot', kind: 'table', mode: 'ShareUpdateExclusiveLock', certainty: 'sampled' },
      {
        relation: 'public.hot_slowly',
        kind: 'index',
        mode: 'RowExclusiveLock',
        created: true,
        certainty: 'sampled',
      },
    ],
    null,
  ]);
});

test('what makes others wait too long is cancelled, and the command hears of it', async () => {
  await using client = await connect(cluster.connection(), { applicationName: 'client' });
  const running = run(['BEGIN', 'LOCK TABLE hot', 'SELECT pg_sleep(20)', 'COMMIT']);
  for (;;) {
    const { rows } = await session.query(
      `SELECT FROM pg_locks WHERE relation = 'hot'::regclass AND mode = 'AccessExclusiveLock' AND granted`,
    );
    if (rows.length > 0) break;
    await systemClock.sleep(20);
  }
  const start = performance.now();
  await client.query('SELECT count(*) FROM hot');
  expect(performance.now() - start).toBeLessThan(2_000);
  const { report } = await running;
  expect(report.verdict).toBe('aborted');
  expect(report.notes.join('\n')).toMatch(/Others waited \d+ ms for its locks/);
});

test('a wait in the queue ends before others wait long behind it', async () => {
  await using reader = await connect(cluster.connection(), { applicationName: 'report' });
  await reader.query('BEGIN; SELECT count(*) FROM hot');
  // Inside a transaction of its own it is not kept waiting outside.
  const { report } = await run(['BEGIN', 'ALTER TABLE hot ADD COLUMN a int', 'COMMIT']);
  expect(report.verdict).toBe('aborted');
  expect(report.notes.join('\n')).toContain('in the lock queue');
  await reader.query('COMMIT');
});

test('a command that fails by itself is said to have failed, and the next run is free', async () => {
  const { report } = await run(['ALTER TABLE nowhere ADD COLUMN a int']);
  expect(report.verdict).toBe('failed');
  expect(report.notes.join('\n')).toContain('relation "nowhere" does not exist');
  expect((await run(['SELECT 1'])).report.verdict).toBe('applied');
});

test('it holds the lease: who applies at the same time is told', async () => {
  const running = run(['SELECT pg_sleep(1.5)']);
  for (;;) {
    const { rows } = await session.query(
      `SELECT FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%' AND state = 'active' AND pid <> pg_backend_pid()`,
    );
    if (rows.length > 0) break;
    await systemClock.sleep(20);
  }
  await expect(run(['SELECT 1'])).rejects.toMatchObject({ code: 'lease-held' });
  expect((await running).report.verdict).toBe('applied');
});

test('an interrupt ends the command and its statement', async () => {
  const interrupt = new AbortController();
  const running = run(['SELECT pg_sleep(30)'], interrupt.signal);
  setTimeout(() => interrupt.abort(), 1_000);
  const { report } = await running;
  expect(report.verdict).toBe('aborted');
  const { rows } = await session.query(
    `SELECT FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(30)%' AND state = 'active'`,
  );
  expect(rows).toEqual([]);
});
