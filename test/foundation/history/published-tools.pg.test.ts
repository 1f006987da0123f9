import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AppliedHistory } from '../../../src/foundation/history/applied-history.js';
import { readApplied } from '../../../src/foundation/history/read-applied.js';
import { type Cluster, startCluster } from '../../../src/foundation/postgres/server/cluster.js';
import { connect } from '../../../src/foundation/postgres/session.js';
import { readProject } from '../../../src/foundation/project/read-project.js';

const run = promisify(execFile);
const packages = [
  'dbmate@2.36.0',
  'node-pg-migrate@9.0.0',
  'drizzle-orm@0.45.4',
  'graphile-migrate@1.4.1',
  'pg@8.23.1',
];

/** The tools themselves, as they are published, write their tables; what is read from them is compared. */
describe('tables that the tools themselves have written', () => {
  let cluster: Cluster;
  let dir: string;

  beforeAll(async () => {
    cluster = await startCluster({ major: 17, serverBin: null });
    await cluster.whole;
    dir = await mkdtemp(join(tmpdir(), 'lockkeeper-tools-'));
    await chmod(dir, 0o755);
    const quietly = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];
    await run('npm', ['install', '--prefix', dir, ...quietly, ...packages]);
  }, 120_000);
  afterAll(async () => {
    await cluster?.[Symbol.asyncDispose]();
    if (dir !== undefined) await rm(dir, { recursive: true });
  });

  const bin = (name: string): string => join(dir, 'node_modules', '.bin', name);

  async function write(files: Readonly<Record<string, string>>): Promise<void> {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(dir, path)), { recursive: true });
      await writeFile(join(dir, path), text);
    }
  }

  async function makeDatabase(name: string): Promise<void> {
    await using admin = await connect(cluster.connection(), { applicationName: 'history test' });
    await admin.query(`CREATE DATABASE ${name}`);
  }

  async function read(database: string, folder: string): Promise<AppliedHistory> {
    await using session = await connect(cluster.connection(database), { applicationName: 'history test' });
    const project = await readProject(join(dir, folder), { format: 'auto', placeholders: {} });
    return await readApplied(session, project, { placeholders: {}, variables: {} });
  }

  test('dbmate', async () => {
    await makeDatabase('dbmate');
    const part = (sql: string): string => `-- migrate:up\n${sql};\n-- migrate:down\nSELECT 1;\n`;
    await write({ 'dbmate/1_a.sql': part('SELECT 1'), 'dbmate/2_b.sql': part('SELECT 1 / 0') });
    const url = `postgres://postgres@/dbmate?socket=${cluster.socketDir}&port=${cluster.port}`;
    const up = run(bin('dbmate'), ['--url', url, '--no-dump-schema', '--migrations-dir', join(dir, 'dbmate'), 'up']);
    await expect(up).rejects.toThrow('division by zero');
    expect(await read('dbmate', 'dbmate')).toMatchObject({ applied: ['1'], failed: [], unknown: [] });
  });

  test('node-pg-migrate', async () => {
    await makeDatabase('npm');
    await write({ 'npm/1_a.sql': '-- Up Migration\nSELECT 1;\n', 'npm/2_b.sql': '-- Up Migration\nSELECT 2;\n' });
    const { socketDir: PGHOST, port } = cluster;
    const env = { ...process.env, PGHOST, PGPORT: String(port), PGUSER: 'postgres', PGDATABASE: 'npm' };
    await run(bin('node-pg-migrate'), ['up', '1', '-m', join(dir, 'npm')], { env });
    expect(await read('npm', 'npm')).toMatchObject({ applied: ['1_a'], unknown: [] });
  });

  test('Drizzle', async () => {
    await makeDatabase('drizzle');
    const entry = (idx: number, tag: string) => ({
      idx,
      version: '7',
      when: 1_700_000_000_000 + idx,
      tag,
      breakpoints: true,
    });
    const journal = (...tags: readonly string[]): string =>
      JSON.stringify({ version: '7', dialect: 'postgresql', entries: tags.map((tag, index) => entry(index, tag)) });
    await write({
      'drizzle/0_a.sql': 'CREATE TABLE a ();--> statement-breakpoint\nSELECT 1;',
      'drizzle/1_b.sql': 'CREATE TABLE b ();',
      'drizzle/meta/_journal.json': journal('0_a'),
    });
    const require = createRequire(join(dir, 'x.js'));
    const load = async (name: string) =>
      (await import(pathToFileURL(require.resolve(name)).href)) as Record<string, (...args: unknown[]) => unknown>;
    const { drizzle } = await load('drizzle-orm/node-postgres');
    const { migrate } = await load('drizzle-orm/node-postgres/migrator');
    const client = new pg.Client(cluster.connection('drizzle'));
    await client.connect();
    try {
      await migrate?.(drizzle?.(client), { migrationsFolder: join(dir, 'drizzle') });
    } finally {
      await client.end();
    }
    await write({ 'drizzle/meta/_journal.json': journal('0_a', '1_b') });
    expect(await read('drizzle', 'drizzle')).toMatchObject({ applied: ['0_a'], edited: [], unknown: [] });
    await write({ 'drizzle/0_a.sql': 'CREATE TABLE other ();' });
    expect(await read('drizzle', 'drizzle')).toMatchObject({ applied: ['0_a'], edited: ['0_a'] });
  });

  test('graphile-migrate', async () => {
    await makeDatabase('graphile');
    await makeDatabase('graphile_shadow');
    const url = (name: string): string =>
      `postgres://postgres@localhost:${cluster.port}/${name}?host=${cluster.socketDir}`;
    const settings = {
      connectionString: url('graphile'),
      shadowConnectionString: url('graphile_shadow'),
      rootConnectionString: url('postgres'),
    };
    await write({ 'graphile/.gmrc': JSON.stringify(settings), 'graphile/migrations/current.sql': 'SELECT 1;\n' });
    const cwd = join(dir, 'graphile');
    await run(bin('graphile-migrate'), ['commit', '-m', 'first one'], { cwd });
    await write({ 'graphile/migrations/current.sql': 'SELECT 2;\n' });
    await run(bin('graphile-migrate'), ['watch', '--once'], { cwd });
    expect(await read('graphile', 'graphile')).toMatchObject({
      applied: ['000001'],
      edited: [],
      unknown: [],
      gaps: [],
    });
    const committed = 'graphile/migrations/committed/000001-first-one.sql';
    const text = await readFile(join(dir, committed), 'utf8');
    await write({ [committed]: text.replace(/^(--! Hash: sha1:)\w+/m, `$1${'0'.repeat(40)}`) });
    expect(await read('graphile', 'graphile')).toMatchObject({ edited: ['000001'] });
  });
});
