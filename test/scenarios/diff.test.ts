import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fingerprintOf } from '../../src/foundation/catalog/snapshot/fingerprint.js';
import { readSnapshot } from '../../src/foundation/catalog/snapshot/read-snapshot.js';
import { type Cluster, startCluster } from '../../src/foundation/postgres/server/cluster.js';
import { connect, type Session } from '../../src/foundation/postgres/session.js';
import { runCommand } from '../../src/foundation/runtime/run-command.js';
import { diffSchema } from '../../src/report/diff-schema.js';
import { type Folder, makeFolder, runLockkeeper } from './run-lockkeeper.js';

const shop = fileURLToPath(new URL('../../examples/shop/migrations', import.meta.url));

const schema = `
  CREATE TYPE mood AS ENUM ('sad', 'happy');
  CREATE TABLE users (id int PRIMARY KEY, name text NOT NULL DEFAULT 'nobody', mood mood);
  COMMENT ON COLUMN users.name IS 'what they are called';
  CREATE INDEX users_name ON users (name);
  CREATE VIEW names AS SELECT u.id, u.name FROM users u WHERE u.name <> '';
  CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1';`;

const change = `
  ALTER TYPE mood ADD VALUE 'calm' BEFORE 'happy';
  ALTER TABLE users ALTER COLUMN name SET DEFAULT 'somebody', ADD COLUMN email text;
  DROP INDEX users_name;
  GRANT SELECT ON users TO pg_monitor;
  CREATE OR REPLACE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1 + 0';`;

describe('diff', () => {
  let folder: Folder;
  let older: Cluster;
  let newer: Cluster;
  const opened: Session[] = [];

  /** A database of its own with the given schema. */
  const makeDatabase = async (cluster: Cluster, name: string, sql: string): Promise<Session> => {
    const session = await connect(cluster.connection(), { applicationName: 'diff scenario' });
    opened.push(session);
    await session.query(`CREATE DATABASE ${name}`);
    const inside = await connect(cluster.connection(name), { applicationName: 'diff scenario' });
    opened.push(inside);
    await inside.query(sql);
    return inside;
  };
  const url = (cluster: Cluster, name: string): string => {
    const { host, port, user } = cluster.connection(name);
    return `host=${host} port=${port} user=${user} dbname=${name}`;
  };
  const diff = (...args: readonly string[]) => runLockkeeper(folder.path, ['diff', ...args]);

  beforeAll(async () => {
    folder = await makeFolder({ 'one.sql': schema, 'two.sql': `${schema}\n${change}` });
    [older, newer] = await Promise.all([
      startCluster({ major: 15, serverBin: null }),
      startCluster({ major: 18, serverBin: null }),
    ]);
    await makeDatabase(newer, 'one', schema);
    await makeDatabase(newer, 'two', `${schema}; ${change}`);
    await makeDatabase(older, 'one', schema);
  });
  afterAll(async () => {
    for (const session of opened) await session[Symbol.asyncDispose]();
    await Promise.all([older?.[Symbol.asyncDispose](), newer?.[Symbol.asyncDispose]()]);
    await folder?.[Symbol.asyncDispose]();
  });

  it('of two databases: object by object, what was and what is; exit 1', async () => {
    const { exitCode, stdout, stderr } = await diff(url(newer, 'one'), url(newer, 'two'));
    expect(exitCode, stderr).toBe(1);
    expect(stdout).toContain('- index public.users_name');
    expect(stdout).toContain('+ column public.users.email');
    expect(stdout).toMatch(/~ column public\.users\.name\n +default:\n +- 'nobody'::text\n +\+ 'somebody'::text/);
    expect(stdout).toMatch(/~ type public\.mood\n +labels:\n +\+ calm/);
    expect(stdout).toMatch(/- AS \$function\$SELECT 1\$function\$\n +\+ AS \$function\$SELECT 1 \+ 0\$function\$/);
    expect(stdout).toContain('Not compared, and different too: order of 1 object, access of 1 object');
    expect(stdout).toContain('5 objects differ: 1 added, 1 removed, 3 changed');
    expect(stdout + stderr).not.toContain('\x1b');
  });

  it('as JSON, as its schema says, of the facets that are asked for', async () => {
    const { exitCode, stdout, stderr } = await diff(
      url(newer, 'one'),
      url(newer, 'two'),
      '--facets',
      'access',
      '--format',
      'json',
    );
    expect(exitCode, stderr).toBe(1);
    const report = diffSchema.parse(JSON.parse(stdout));
    expect(report.facets).toEqual(['access']);
    expect(report.totals).toMatchObject({ structure: 5, order: 1, physical: 0, position: 0 });
    expect(report.differences.find(({ kind }) => kind === 'table')).toMatchObject({
      change: 'changed',
      identity: 'public.users',
      facts: [
        {
          facet: 'access',
          fact: 'grants',
          after: expect.arrayContaining([
            { grantee: 'pg_monitor', grantor: 'postgres', privilege: 'SELECT', grantable: false },
          ]),
        },
      ],
    });
    expect(report.before.server.major).toBe(18);
  });

  it('of a database and a dump, in Markdown: the dump is loaded on the major of the database', async () => {
    const same = await diff(url(older, 'one'), 'one.sql', '--facets', 'all', '--format', 'markdown');
    expect(same.exitCode, same.stderr + same.stdout).toBe(0);
    expect(same.stdout).toContain('No difference in structure, order, access, physical, position');
    const other = await diff('two.sql', url(older, 'one'), '--format', 'markdown');
    expect(other.exitCode, other.stderr).toBe(1);
    expect(other.stdout).toContain('**removed** column `public.users.email`');
  });

  it('of two majors: what they write in two ways is no difference, and is said', async () => {
    const { exitCode, stdout, stderr } = await diff(url(older, 'one'), url(newer, 'one'), '--facets', 'all');
    expect(stdout).toContain('NOT NULL has a name since 18');
    expect(exitCode, stdout + stderr).toBe(0);
  });

  it('of a folder of migrations and the database that has them, or has not all; nothing there changes', async () => {
    const migrations = join(folder.path, 'migrations');
    await cp(shop, migrations, { recursive: true });
    const inside = await makeDatabase(newer, 'shop', 'SELECT');
    const all = await diff('migrations', 'migrations', '--server-major', '18');
    expect(all.exitCode, all.stdout + all.stderr).toBe(0);
    const untouched = fingerprintOf(await readSnapshot(inside));
    const empty = await diff(url(newer, 'shop'), './migrations', '--format', 'json');
    expect(empty.exitCode, empty.stderr).toBe(1);
    const report = diffSchema.parse(JSON.parse(empty.stdout));
    expect(report.after).toMatchObject({ source: 'migrations', server: { major: 18 } });
    expect(new Set(report.differences.map(({ change: one }) => one))).toEqual(new Set(['added']));
    expect(fingerprintOf(await readSnapshot(inside))).toEqual(untouched);
  });

  it('of archives that pg_dump made, where it is on the machine', async (context) => {
    const archive = join(folder.path, 'one.dump');
    const { host, port, user } = older.connection();
    const args = [
      '--host',
      host,
      '--port',
      String(port),
      '--username',
      user,
      '--format=custom',
      '--file',
      archive,
      'one',
    ];
    const dumped = await runCommand('pg_dump', args);
    if (dumped.exitCode !== 0) return context.skip('no pg_dump that reads 15');
    const same = await diff('one.dump', url(older, 'one'), '--facets', 'structure,access,physical,order');
    expect(same.exitCode, same.stdout + same.stderr).toBe(0);
    const other = await diff('one.dump', 'two.sql');
    expect(other.stdout).toContain('one.dump (dump, PostgreSQL 15');
    expect(other.exitCode, other.stderr).toBe(1);
  });

  it('refuses what is nothing of the kind, and facets that there are not', async () => {
    expect(await diff('nowhere', 'one.sql')).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('nowhere') });
    expect(await diff('one.sql', 'two.sql', '--facets', 'colour')).toMatchObject({ exitCode: 2 });
    await writeFile(join(folder.path, 'broken.sql'), 'CREATE TABLE t (id int);\nSELEC 1;\n');
    const broken = await diff('one.sql', 'broken.sql');
    expect(broken.exitCode).toBe(3);
    expect(broken.stderr).toContain('broken.sql:2');
  });
});
