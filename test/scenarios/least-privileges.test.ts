import { join } from 'node:path';
import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Cluster, startCluster } from '../../src/foundation/postgres/server/cluster.js';
import { connect, type Session } from '../../src/foundation/postgres/session.js';
import type { GrantVerb } from '../../src/model/grants.js';
import { grants } from '../../src/workflows/grants.js';
import { type Folder, makeFolder, runLockkeeper, startLockkeeper } from './run-lockkeeper.js';

const file = (up: string, down: string): string => `-- migrate:up\n${up}\n\n-- migrate:down\n${down}\n`;
const files = {
  'migrations/1_n.sql': file('ALTER TABLE notes ADD n int;', 'ALTER TABLE notes DROP n;'),
  'migrations/2_m.sql': file('ALTER TABLE notes ADD m int;', 'ALTER TABLE notes DROP m;'),
  'migrations/3_tags.sql': file('CREATE TABLE tags (id int PRIMARY KEY);', 'DROP TABLE tags;'),
};

let cluster: Cluster;
let admin: Session;
let folder: Folder;

/** As a provider gives it: nobody here is a superuser. */
beforeAll(async () => {
  folder = await makeFolder(files);
  cluster = await startCluster({ major: 15, serverBin: null });
  await using root = await connect(cluster.connection(), { applicationName: 'test' });
  await root.query(`CREATE ROLE managed_admin LOGIN CREATEROLE CREATEDB;
    GRANT pg_monitor, pg_signal_backend, pg_read_all_data TO managed_admin WITH ADMIN OPTION`);
  await root.query('CREATE DATABASE shop OWNER managed_admin');
  admin = await connect(shopAs('managed_admin'), { applicationName: 'test' });
  await admin.query(`CREATE ROLE shop_owner; GRANT shop_owner TO managed_admin; GRANT CREATE ON SCHEMA public TO shop_owner;
    SET ROLE shop_owner; CREATE TABLE notes (id int PRIMARY KEY, body text);
    CREATE TABLE schema_migrations (version varchar PRIMARY KEY); RESET ROLE`);
}, 60_000);
afterAll(async () => {
  await admin?.[Symbol.asyncDispose]();
  await cluster?.[Symbol.asyncDispose]();
  await folder?.[Symbol.asyncDispose]();
});

const shopAs = (user: string) => ({ ...cluster.connection(), database: 'shop', user });

/** The connection string of a role that has what is printed for a verb, and nothing beside. */
async function roleFor(verb: GrantVerb): Promise<string> {
  const role = `may_${verb.replace(/\W+/g, '_')}`;
  await admin.query(grants(verb, { role, owner: 'shop_owner', stateTable: 'public.schema_migrations' }).sql);
  return urlOf(role);
}

function urlOf(role: string): string {
  const { host, port, user, database } = shopAs(role);
  return `host=${host} port=${port} user=${user} dbname=${database}`;
}

const run = (...args: readonly string[]) => runLockkeeper(folder.path, args);

it('check, diff and preflight read with their grants alone', async () => {
  const check = await run('check', '--database', await roleFor('check'));
  expect(check, check.stdout + check.stderr).toMatchObject({ exitCode: 0 });
  const url = await roleFor('diff');
  const diff = await run('diff', url, url);
  expect(diff, diff.stdout + diff.stderr).toMatchObject({ exitCode: 0 });
  const preflight = await run('preflight', '--format', 'json', '--database', await roleFor('preflight'));
  expect(preflight.exitCode, preflight.stderr).toBe(1);
  const { gates } = JSON.parse(preflight.stdout) as { gates: { id: string; verdict: string; reason: string }[] };
  const open = gates.filter(({ verdict }) => verdict === 'unknown').map(({ id, reason }) => `${id}: ${reason}`);
  // What nobody rehearsed or backed up here is unknown; nothing is for lack of a right.
  expect(open.filter((words) => /permission|denied|privilege/.test(words))).toEqual([]);
}, 90_000);

it('baseline, and the role of a target: what is made belongs to the owner of the schema', async () => {
  const url = await roleFor('baseline');
  await admin.query('ALTER TABLE notes ADD n int');
  const config = { targets: { shop: { url, role: 'shop_owner', tier: 3 } } };
  await writeFile(join(folder.path, 'lockkeeper.yaml'), JSON.stringify(config));
  const based = await run('baseline', '1', '--yes', '--target', 'shop');
  expect(based, based.stderr).toMatchObject({ exitCode: 0 });
}, 60_000);

it('a run that was killed is resumed, and another one is aborted, by roles with just that', async () => {
  const apply = await roleFor('apply');
  const resume = await roleFor('resume');
  await killedApply(apply);
  await setUrl(resume);
  const resumed = await run('resume', '--target', 'shop');
  expect(resumed, resumed.stdout + resumed.stderr).toMatchObject({ exitCode: 0 });
  await admin.query('ALTER TABLE notes DROP m; DROP TABLE tags');
  for (const id of ['3', '2']) {
    await setUrl(await roleFor('repair'));
    expect(await run('repair', '--reverted', id, '--yes', '--target', 'shop')).toMatchObject({ exitCode: 0 });
  }
  await killedApply(apply);
  await setUrl(await roleFor('abort'));
  const aborted = await run('abort', '--target', 'shop');
  expect(aborted, aborted.stdout + aborted.stderr).toMatchObject({ exitCode: 0 });
  await setUrl(apply);
  expect(await run('apply', '--no-gates', '--target', 'shop')).toMatchObject({ exitCode: 0 });
  const owners = `SELECT DISTINCT pg_get_userbyid(relowner) AS owner FROM pg_class WHERE relname IN ('notes', 'tags', 'schema_migrations')`;
  expect((await admin.query(owners)).rows).toEqual([{ owner: 'shop_owner' }]);
}, 120_000);

it('a backup is made by a reader; only who made the ledger takes it away', async () => {
  const url = await roleFor('backup create');
  const made = await run('backup', 'create', '--database', url);
  expect(made, made.stdout + made.stderr).toMatchObject({ exitCode: 0 });
  const may = await run('uninstall', '--yes', '--database', await roleFor('uninstall'));
  expect(may.exitCode).toBe(3);
  expect(may.stderr).toMatch(/permission|owner/);
  const gone = await run('uninstall', '--yes', '--database', urlOf('managed_admin'));
  expect(gone, gone.stderr).toMatchObject({ exitCode: 0 });
  expect((await admin.query(`SELECT FROM pg_namespace WHERE nspname ~ 'lockkeeper'`)).rows).toEqual([]);
}, 60_000);

async function setUrl(url: string): Promise<void> {
  const config = { targets: { shop: { url, role: 'shop_owner', tier: 3 } } };
  await writeFile(join(folder.path, 'lockkeeper.yaml'), JSON.stringify(config));
}

const begun = `SELECT FROM lockkeeper.lease WHERE EXISTS (SELECT FROM lockkeeper.entry e WHERE e.run_id = lease.run_id)`;

/** Begins a run that has to wait for somebody, and kills it. */
async function killedApply(url: string): Promise<void> {
  await setUrl(url);
  await using holder = await connect(shopAs('managed_admin'), { applicationName: 'report' });
  await holder.query('BEGIN; LOCK TABLE notes IN ROW EXCLUSIVE MODE');
  const running = startLockkeeper(folder.path, ['apply', '--no-gates', '--target', 'shop']);
  for (let tries = 0; tries < 100 && (await admin.query(begun)).rows.length === 0; tries++) {
    await admin.query('SELECT pg_sleep(0.1)');
  }
  running.child.kill('SIGKILL');
  const { stderr } = await running.outcome;
  expect(running.child.signalCode, stderr).toBe('SIGKILL');
  await holder.query('ROLLBACK');
}
