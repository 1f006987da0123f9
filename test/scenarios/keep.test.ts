import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeKeepSchema, registerKept } from '../../src/back/rollback/keep/keep-schema.js';
import type { KeptTable } from '../../src/back/rollback/keep/kept-table.js';
import { type Cluster, startCluster } from '../../src/foundation/postgres/server/cluster.js';
import { connect, type Session } from '../../src/foundation/postgres/session.js';
import { diffSchema } from '../../src/report/diff-schema.js';
import { keepSchema } from '../../src/report/keep-schema.js';
import { testSchema } from '../../src/report/test-schema.js';
import { type Folder, makeFolder, runLockkeeper } from './run-lockkeeper.js';

const project = {
  'migrations/0001_users.sql': 'CREATE TABLE users (id bigint PRIMARY KEY, email text);\n',
  'migrations/0002_drop.sql': 'ALTER TABLE users DROP COLUMN email;\n',
  'migrations/0003_purge.sql':
    '-- lockkeeper: no-rollback because it is a purge; mitigation: restore point\nDELETE FROM users;\n',
  'data.sql': "INSERT INTO users VALUES (1, 'a'), (2, 'b');\n",
};

describe('what is kept, and databases that somebody brings', () => {
  let cluster: Cluster;
  let session: Session;
  let folder: Folder;
  let url: string;

  beforeAll(async () => {
    folder = await makeFolder(project);
    cluster = await startCluster({ major: 17, serverBin: null });
    session = await connect(cluster.connection(), { applicationName: 'keep scenario' });
    const { host, port, user, database } = cluster.connection();
    url = `host=${host} port=${port} user=${user} dbname=${database}`;
    const table = { relation: 'public.users' } as KeptTable;
    const place = 'lockkeeper_keep.old_users';
    await session.query(`${makeKeepSchema.join('; ')}; CREATE TABLE ${place} AS SELECT 1 AS id, 'a'::text AS email;
      ${registerKept(table, place, { change: '0002', days: 30, rows: 10 })};
      UPDATE lockkeeper_keep.kept SET expires_at = now() - interval '1 day';
      CREATE TABLE schema_migrations (version text PRIMARY KEY)`);
  });
  afterAll(async () => {
    await session?.[Symbol.asyncDispose]();
    await cluster?.[Symbol.asyncDispose]();
    await folder?.[Symbol.asyncDispose]();
  });
  const keep = (...args: readonly string[]) => runLockkeeper(folder.path, ['keep', ...args]);

  it('is listed, flagged when it has expired, and dropped only when somebody says so', async () => {
    const list = await keep('list', '--database', url, '--format', 'json');
    expect(list.exitCode, list.stderr).toBe(1);
    expect(keepSchema.parse(JSON.parse(list.stdout))).toMatchObject({
      totals: { tables: 1, expired: 1 },
      entries: [{ id: 'old_users', change: '0002', expired: true, personalData: ['email'] }],
    });
    const unsaid = await keep('drop', '--expired', '--database', url);
    expect(unsaid).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('--yes') });
    expect(unsaid.stdout).toContain('rows of public.users, kept before 0002');
    expect(await keep('drop', 'nothing', '--database', url, '--yes')).toMatchObject({ exitCode: 2 });
    expect(await keep('drop', '--database', url)).toMatchObject({ exitCode: 2 });
    expect(await keep('list')).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('--database') });
    const done = await keep('drop', '--expired', '--database', url, '--yes');
    expect(done, done.stderr).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('Dropped.') });
    const empty = await keep('list', '--database', url);
    expect(empty).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('Nothing is kept.') });
  });

  it('and the tables of migration tools are no difference, unless one asks for them', async () => {
    await makeEmpty('other');
    const other = url.replace(/dbname=\S+/, 'dbname=other');
    const same = await runLockkeeper(folder.path, ['diff', url, other]);
    expect(same, same.stdout).toMatchObject({ exitCode: 0 });
    expect(same.stdout).toContain('Left out: public.schema_migrations');
    const all = await runLockkeeper(folder.path, ['diff', url, other, '--with-tool-tables', '--format', 'json']);
    expect(diffSchema.parse(JSON.parse(all.stdout)).differences[0]).toMatchObject({ change: 'removed' });
  });

  it('are a stage only when they call themselves disposable; with data, as with servers of our own', async () => {
    await makeEmpty('stage');
    const stage = url.replace(/dbname=\S+/, 'dbname=stage');
    const args = ['test', '--writes', '--stage-url', stage, '--data', 'data.sql', '--from', '0002', '--format', 'json'];
    expect(await runLockkeeper(folder.path, args)).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('disposable'),
    });
    await session.query(`ALTER DATABASE stage SET lockkeeper.disposable = 'on'`);
    const { exitCode, stdout, stderr } = await runLockkeeper(folder.path, args);
    expect(exitCode, stderr + stdout).toBe(0);
    const report = testSchema.parse(JSON.parse(stdout));
    expect(report.server.source).toBe('stage-url');
    expect(report.migrations).toMatchObject([
      { id: '0002', verdict: 'restored', dataKept: true, writes: { rows: 2, lost: [] } },
      { id: '0003', verdict: 'no-rollback', declared: { mitigation: 'restore point' } },
    ]);
    const tooSoon = await runLockkeeper(folder.path, ['test', '--data', 'data.sql']);
    expect(tooSoon).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('--pending N or --from ID') });
  });

  const makeEmpty = (name: string) => session.query(`CREATE DATABASE ${name}`);
});

it('a declared lack of a way back is no fault, unless every change needs a way back', async () => {
  await using folder = await makeFolder({ ...project, 'migrations/0002_drop.sql': 'ALTER TABLE users ADD n int;\n' });
  const args = ['test', '--from', '0003', '--data', 'data.sql', '--format', 'json'];
  expect(await runLockkeeper(folder.path, args)).toMatchObject({ exitCode: 0 });
  expect(await runLockkeeper(folder.path, [...args, '--require-rollbacks'])).toMatchObject({ exitCode: 1 });
});
