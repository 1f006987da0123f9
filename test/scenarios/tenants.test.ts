import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Cluster, startCluster } from '../../src/foundation/postgres/server/cluster.js';
import { connect } from '../../src/foundation/postgres/session.js';
import { type Folder, makeFolder, runLockkeeper } from './run-lockkeeper.js';

let cluster: Cluster;
let folder: Folder;

beforeAll(async () => {
  cluster = await startCluster({ major: 17, serverBin: null });
  folder = await makeFolder({
    'migrations/1_n.sql': '-- migrate:up\nALTER TABLE notes ADD n int;\n-- migrate:down\nALTER TABLE notes DROP n;\n',
  });
  await using admin = await connect(cluster.connection(), { applicationName: 'test' });
  await admin.query('CREATE TABLE tenant (name text); INSERT INTO tenant VALUES ($$a$$), ($$b$$), ($$c$$)');
  for (const name of ['a', 'b', 'c']) {
    await admin.query(`CREATE DATABASE ${name}`);
    if (name !== 'b') await on(name, 'CREATE TABLE notes (id int)');
  }
}, 60_000);
afterAll(async () => {
  await cluster?.[Symbol.asyncDispose]();
  await folder?.[Symbol.asyncDispose]();
});

async function on(database: string, sql: string) {
  await using session = await connect(cluster.connection(database), { applicationName: 'test' });
  return (await session.query(sql)).rows;
}

async function configure(tenants: object): Promise<void> {
  const { host, port, user, database } = cluster.connection();
  const url = `host=${host} port=${port} user=${user} dbname=${database}`;
  await writeFile(join(folder.path, 'lockkeeper.yaml'), JSON.stringify({ targets: { shop: { url, tenants } } }));
}

const run = (...args: readonly string[]) => runLockkeeper(folder.path, args);
const columns = `SELECT attname FROM pg_attribute WHERE attrelid = to_regclass('notes') AND attname = 'n'`;

it('one change is applied to tenant after tenant, stops at the first failure, and goes on from there', async () => {
  await configure({ kind: 'database', query: 'SELECT name FROM tenant ORDER BY 1' });
  const stopped = await run('apply', '--target', 'shop', '--no-gates');
  expect(stopped.exitCode).toBe(3);
  expect(stopped.stderr).toContain('Stopped at shop/b. Nothing was begun in shop/c.');
  expect(await on('a', columns)).toHaveLength(1);
  expect(await on('c', columns)).toHaveLength(0);
  await on('b', 'CREATE TABLE notes (id int)');
  const finished = await run('apply', '--target', 'shop', '--no-gates');
  expect(finished, finished.stdout + finished.stderr).toMatchObject({ exitCode: 0 });
  for (const name of ['a', 'b', 'c']) expect(await on(name, columns)).toHaveLength(1);
  expect(await on('postgres', `SELECT FROM pg_namespace WHERE nspname = 'lockkeeper'`)).toEqual([]);
}, 90_000);

it('other verbs are about one tenant, which is named', async () => {
  await configure({ kind: 'database', names: ['a', 'b'] });
  expect(await run('status', '--target', 'shop/a')).toMatchObject({ exitCode: 0 });
  const unnamed = await run('status', '--target', 'shop');
  expect(unnamed).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('shop/a') });
  expect(await run('status', '--target', 'shop/c')).toMatchObject({ exitCode: 2 });
  expect(await run('apply', '--target', 'shop', '--format', 'json')).toMatchObject({ exitCode: 2 });
}, 60_000);

it('tenants that are schemas of one database are changed one after another, and leave no trace', async () => {
  const names = ['red', 'green', 'blue'];
  for (const name of names) await on('postgres', `CREATE SCHEMA ${name}`);
  for (const name of ['red', 'blue']) await on('postgres', `CREATE TABLE ${name}.notes (id int)`);
  await configure({ kind: 'schema', names });
  const stopped = await run('apply', '--target', 'shop', '--no-gates');
  expect(stopped, stopped.stderr).toMatchObject({ exitCode: 3 });
  expect(stopped.stderr).toContain('Stopped at shop/green. Nothing was begun in shop/blue.');
  await on('postgres', 'CREATE TABLE green.notes (id int)');
  const finished = await run('apply', '--target', 'shop', '--no-gates');
  expect(finished, finished.stdout + finished.stderr).toMatchObject({ exitCode: 0 });
  const where = `SELECT attrelid::regclass::text AS name FROM pg_attribute WHERE attname = 'n' AND attrelid::regclass::text ~ 'notes$' ORDER BY 1`;
  expect(await on('postgres', where)).toEqual([...names].sort().map((name) => ({ name: `${name}.notes` })));
  const told = JSON.parse((await run('history', '--target', 'shop/green', '--format', 'json')).stdout);
  expect(told.runs).toMatchObject([{ verdict: 'applied' }, { verdict: 'failed', runner: { tenant: 'green' } }]);
  for (const name of names) await run('uninstall', '--target', `shop/${name}`, '--yes');
  expect(await on('postgres', `SELECT FROM pg_namespace WHERE nspname ~ '^lockkeeper'`)).toEqual([]);
}, 120_000);
