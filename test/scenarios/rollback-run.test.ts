import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Cluster, startCluster } from '../../src/foundation/postgres/server/cluster.js';
import { connect, type Session } from '../../src/foundation/postgres/session.js';
import { applySchema } from '../../src/report/apply-schema.js';
import { type Folder, makeFolder, runLockkeeper, startLockkeeper } from './run-lockkeeper.js';

let cluster: Cluster;
let session: Session;
let folder: Folder;
let url: string;

beforeAll(async () => {
  cluster = await startCluster({ major: 17, serverBin: null });
  session = await connect(cluster.connection(), { applicationName: 'scenario' });
  const { host, port, user, database } = cluster.connection();
  url = `host=${host} port=${port} user=${user} dbname=${database}`;
  folder = await makeFolder({
    'migrations/00001_notes.sql': `-- +goose Up
CREATE TABLE notes (id int, n int);
CREATE TABLE other (id int);
-- +goose Down
DROP TABLE notes, other;
`,
    'migrations/00002_n.sql': `-- +goose NO TRANSACTION
-- +goose Up
ALTER TABLE other ADD n int;
CREATE INDEX CONCURRENTLY notes_n ON notes (n);
-- +goose Down
DROP INDEX CONCURRENTLY notes_n;
ALTER TABLE other DROP n;
`,
    'lockkeeper.yaml': JSON.stringify({
      targets: { shop: { url, tier: 3 } },
    }),
  });
}, 60_000);
afterAll(async () => {
  await session?.[Symbol.asyncDispose]();
  await cluster?.[Symbol.asyncDispose]();
  await folder?.[Symbol.asyncDispose]();
});
const run = (...args: readonly string[]) => runLockkeeper(folder.path, args);
const target = ['--target', 'shop'] as const;
const columns = `SELECT FROM pg_attribute WHERE attrelid = 'other'::regclass AND attname = 'n'`;

it('a way back that was killed is finished by resume, and judged by its proof', async () => {
  const proved = await run('rollback', 'prove', '--from', '2');
  expect(proved, proved.stdout + proved.stderr).toMatchObject({ exitCode: 0 });
  expect(await run('apply', ...target, '--no-gates')).toMatchObject({ exitCode: 0 });
  await using holder = await connect(cluster.connection(), { applicationName: 'report' });
  await holder.query('BEGIN; LOCK TABLE other IN ROW EXCLUSIVE MODE');
  const running = startLockkeeper(folder.path, ['rollback', 'run', '2', ...target, '--no-gates']);
  await until(async () => (await session.query(`SELECT FROM pg_class WHERE relname = 'notes_n'`)).rows.length === 0);
  running.child.kill('SIGKILL');
  await running.outcome;
  await holder.query('ROLLBACK');
  const resumed = await run('resume', ...target, '--format', 'json');
  expect(resumed.exitCode, resumed.stderr).toBe(0);
  const report = applySchema.parse(JSON.parse(resumed.stdout));
  expect(report).toMatchObject({ verdict: 'applied', direction: 'down' });
  expect(report.notes.join('\n')).toContain('The structure of public.notes, public.other is what the proof said.');
  expect((await session.query(columns)).rows).toEqual([]);
  const versions = await session.query('SELECT version_id FROM goose_db_version ORDER BY 1');
  expect(versions.rows.map((row) => String(row['version_id']))).toEqual(['0', '1']);
  expect(await run('status', ...target)).toMatchObject({ exitCode: 0 });
}, 90_000);

it('the gates ask about the way back, by its proof', async () => {
  expect(await run('apply', ...target, '--no-gates')).toMatchObject({ exitCode: 0 });
  const dry = await run('rollback', 'run', '2', ...target, '--dry-run', '--format', 'json');
  expect(applySchema.parse(JSON.parse(dry.stdout)).notes.join()).toContain('succeeds when every step took effect');
  const { stdout, stderr } = await run('rollback', 'run', '2', ...target, '--format', 'json');
  const { preflight } = applySchema.parse(JSON.parse(stdout));
  const verdicts = Object.fromEntries(
    (preflight?.gates ?? []).map(({ id, verdict, reason }) => [id, [verdict, reason]]),
  );
  expect(verdicts, stderr).toMatchObject({
    rehearsed: ['pass', expect.stringContaining('restored what the migration had changed')],
    'rollback-ready': ['pass', expect.stringContaining('applied again')],
    'structure-matches': [expect.stringMatching(/pass|warn/), expect.stringContaining('as they were rehearsed')],
    'server-version': ['pass', expect.stringContaining('proved on 17')],
  });
}, 60_000);

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (await holds()) return;
    await new Promise((resolve) => {
      setTimeout(resolve, 100);
    });
  }
  throw new Error('it never came to that');
}
