import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ClusterWithStandby, startClusterWithStandby } from '../../src/foundation/postgres/server/standby.js';
import { connect, type Session } from '../../src/foundation/postgres/session.js';
import { applySchema } from '../../src/report/apply-schema.js';
import { type Folder, makeFolder, runLockkeeper, startLockkeeper } from './run-lockkeeper.js';

let servers: ClusterWithStandby;
let folder: Folder;

beforeAll(async () => {
  servers = await startClusterWithStandby({ major: 17, serverBin: null });
  folder = await makeFolder({
    'migrations/00001_notes.sql': `-- +goose NO TRANSACTION
-- +goose Up
ALTER TABLE notes ADD n int;
INSERT INTO notes (id) VALUES (1);
ALTER TABLE other ADD n int;
CREATE INDEX CONCURRENTLY notes_n ON notes (n);
INSERT INTO notes (id) VALUES (2);
-- +goose Down
DROP INDEX CONCURRENTLY notes_n;
`,
  });
}, 60_000);
afterAll(async () => {
  await servers?.[Symbol.asyncDispose]();
  await folder?.[Symbol.asyncDispose]();
});

const urlOf = ({ host, port, user, database }: ReturnType<ClusterWithStandby['primary']['connection']>): string =>
  `host=${host} port=${port} user=${user} dbname=${database}`;

it('a standby that is promoted without the last commits is brought to the end by resume, each step once', async () => {
  const { primary, standby } = servers;
  await using on = await connect(primary.connection(), { applicationName: 'test' });
  await on.query('CREATE TABLE notes (id int); CREATE TABLE other (id int)');
  await using holder = await connect(primary.connection(), { applicationName: 'report' });
  await holder.query('BEGIN; LOCK TABLE other IN ROW EXCLUSIVE MODE');
  const running = startLockkeeper(folder.path, [
    'apply',
    '--no-gates',
    '--no-validate',
    '--database',
    urlOf(primary.connection()),
  ]);
  // Two steps have reached the standby; from here on it hears nothing more.
  await using replica = await connect(standby.connection(), { applicationName: 'test' });
  await until(replica, `SELECT pg_catalog.to_regclass('lockkeeper.entry') IS NOT NULL AS done`);
  await until(replica, `SELECT count(*) = 2 AS done FROM lockkeeper.entry WHERE kind = 'applied'`);
  await replica.query(`ALTER SYSTEM SET primary_conninfo = ''`);
  await replica.query('SELECT pg_reload_conf()');
  await until(replica, 'SELECT NOT EXISTS (SELECT FROM pg_stat_wal_receiver) AS done');
  await holder.query('ROLLBACK');
  const applied = await running.outcome;
  expect(applied, applied.stderr).toMatchObject({ exitCode: 0 });
  await primary.stop();
  await replica.query('SELECT pg_promote()');
  await until(replica, 'SELECT NOT pg_is_in_recovery() AS done');
  expect((await replica.query('SELECT id FROM notes')).rows).toEqual([{ id: 1 }]);

  const url = urlOf(standby.connection());
  expect(await runLockkeeper(folder.path, ['apply', '--no-gates', '--database', url])).toMatchObject({
    exitCode: 3,
    stderr: expect.stringContaining('lockkeeper resume'),
  });
  const resumed = await runLockkeeper(folder.path, ['resume', '--database', url, '--format', 'json']);
  // All is applied; that no standby is left behind the new primary is what the validation finds.
  expect(resumed, resumed.stderr).toMatchObject({
    exitCode: 1,
    stdout: expect.stringContaining('0 standbys follow; before the change it was 1.'),
  });
  expect(applySchema.parse(JSON.parse(resumed.stdout))).toMatchObject({ verdict: 'applied', completed: ['1'] });
  expect((await replica.query('SELECT id FROM notes ORDER BY 1')).rows).toEqual([{ id: 1 }, { id: 2 }]);
  const index = `SELECT indisvalid FROM pg_index WHERE indexrelid = 'notes_n'::regclass`;
  expect((await replica.query(index)).rows).toEqual([{ indisvalid: true }]);
  expect(await runLockkeeper(folder.path, ['status', '--database', url])).toMatchObject({ exitCode: 0 });
}, 90_000);

async function until(on: Session, sql: string): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    if ((await on.query(sql)).rows[0]?.['done'] === true) return;
    await on.query('SELECT pg_sleep(0.1)');
  }
  throw new Error(`it never came to: ${sql}`);
}
