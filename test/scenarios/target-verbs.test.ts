import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Cluster, startCluster } from '../../src/foundation/postgres/server/cluster.js';
import { connect, type Session } from '../../src/foundation/postgres/session.js';
import {
  declareSchema,
  grantsSchema,
  historySchema,
  statusSchema,
  uninstallSchema,
} from '../../src/report/target/schemas.js';
import { type Folder, makeFolder, runLockkeeper, startLockkeeper } from './run-lockkeeper.js';

const migration = (up: string, down: string): string => `-- migrate:up\n${up};\n\n-- migrate:down\n${down};\n`;

describe('verbs around apply, from a shell', () => {
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
      'migrations/1_notes.sql': migration('CREATE TABLE notes (id int PRIMARY KEY)', 'DROP TABLE notes'),
      'migrations/2_n.sql': migration('ALTER TABLE notes ADD n int', 'ALTER TABLE notes DROP n'),
      'migrations/3_slow.sql': migration('ALTER TABLE notes ADD m int', 'ALTER TABLE notes DROP m'),
    });
  });
  afterAll(async () => {
    await session?.[Symbol.asyncDispose]();
    await cluster?.[Symbol.asyncDispose]();
    await folder?.[Symbol.asyncDispose]();
  });
  const run = (...args: readonly string[]) => runLockkeeper(folder.path, [...args, '--database', url]);
  const json = async (...args: readonly string[]): Promise<unknown> => {
    const { stdout, stderr } = await run(...args, '--format', 'json');
    expect(stdout, stderr).not.toBe('');
    return JSON.parse(stdout);
  };

  it('a database that has the first by hand is taken over, changed, and taken back', async () => {
    await session.query('CREATE TABLE notes (id int PRIMARY KEY)');
    expect(await run('baseline', '1')).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('--yes') });
    expect(await run('baseline')).toMatchObject({ exitCode: 2 });
    expect(declareSchema.parse(await json('baseline', '1', '--yes'))).toMatchObject({ written: true });
    expect(await run('apply', '--until', '2', '--no-gates')).toMatchObject({ exitCode: 0 });
    const back = await run('rollback', 'run', '2', '--no-gates');
    expect(back, back.stderr + back.stdout).toMatchObject({ exitCode: 0 });
    expect(back.stdout).toContain('Unproved');
    const past = historySchema.parse(await json('history'));
    expect(past.runs.map(({ kind, verdict }) => `${kind} ${verdict}`)).toEqual([
      'rollback applied',
      'apply applied',
      'baseline applied',
    ]);
    expect(await run('history', '--last', '1')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('rollback'),
    });
    expect(await run('apply', '--until', '2', '--no-gates')).toMatchObject({ exitCode: 0 });
  }, 60_000);

  it('a runner that is killed is seen, and its run ended', async () => {
    await using holder = await connect(cluster.connection(), { applicationName: 'report' });
    await holder.query('BEGIN; LOCK TABLE notes IN ROW EXCLUSIVE MODE');
    const running = startLockkeeper(folder.path, ['apply', '--no-gates', '--database', url]);
    await until(async () => (await session.query(begun)).rows.length > 0);
    const busy = statusSchema.parse(await json('status'));
    expect(busy).toMatchObject({ holder: { alive: true }, running: { migrations: ['3'] }, troubles: [] });
    expect(await run('abort')).toMatchObject({ exitCode: 2 });
    running.child.kill('SIGKILL');
    await running.outcome;
    await until(async () => statusSchema.parse(await json('status')).unfinished !== null);
    const told = await run('status');
    expect(told).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('lockkeeper resume') });
    const ended = await run('abort');
    expect(ended, ended.stderr).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('nothing was changed') });
    expect((await session.query(ours)).rows).toEqual([]);
    expect(await run('status')).toMatchObject({ exitCode: 0 });
  }, 90_000);

  it('a disagreement ends with 1 until it is repaired; at last nothing is left', async () => {
    await session.query("DELETE FROM schema_migrations WHERE version = '2'");
    expect(await run('status')).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('repair') });
    expect(await run('repair')).toMatchObject({ exitCode: 2 });
    expect(await run('repair', '--applied', '2', '--yes')).toMatchObject({ exitCode: 0 });
    expect(await run('status')).toMatchObject({ exitCode: 0 });
    expect(await run('uninstall')).toMatchObject({ exitCode: 2 });
    expect(uninstallSchema.parse(await json('uninstall', '--yes'))).toMatchObject({ removed: true });
    expect((await session.query(`SELECT FROM pg_namespace WHERE nspname ~ 'lockkeeper'`)).rows).toEqual([]);
  }, 60_000);
});

it('grants are SQL, or JSON, without a database', async () => {
  await using folder = await makeFolder();
  const text = await runLockkeeper(folder.path, ['grants', 'locks --cancel', '--role', 'watcher']);
  expect(text).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('GRANT pg_signal_backend TO watcher;') });
  const { stdout } = await runLockkeeper(folder.path, ['grants', 'apply', '--format', 'json']);
  expect(grantsSchema.parse(JSON.parse(stdout))).toMatchObject({ verb: 'apply', role: 'lockkeeper' });
  expect(await runLockkeeper(folder.path, ['grants', 'nothing'])).toMatchObject({ exitCode: 2 });
});

const ours = `SELECT FROM pg_stat_activity WHERE application_name LIKE 'lockkeeper%'`;
const begun = `SELECT FROM lockkeeper.lease WHERE EXISTS (SELECT FROM lockkeeper.entry e WHERE e.run_id = lease.run_id)`;

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 150; tries++) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('it never came to that');
}
