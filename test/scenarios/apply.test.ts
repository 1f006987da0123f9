import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Cluster, startCluster } from '../../src/foundation/postgres/server/cluster.js';
import { connect, type Session } from '../../src/foundation/postgres/session.js';
import { applySchema } from '../../src/report/apply-schema.js';
import { type Folder, makeFolder, type Outcome, runLockkeeper, startLockkeeper } from './run-lockkeeper.js';

const shop = fileURLToPath(new URL('../../examples/shop/migrations', import.meta.url));
const hasPsql = await promisify(execFile)('psql', ['--version']).then(
  () => true,
  () => false,
);

describe('apply', () => {
  let cluster: Cluster;
  let admin: Session;
  const folders: Folder[] = [];

  beforeAll(async () => {
    cluster = await startCluster({ major: 17, serverBin: null });
    admin = await connect(cluster.connection(), { applicationName: 'admin' });
  });
  afterAll(async () => {
    for (const folder of folders) await folder[Symbol.asyncDispose]();
    await admin?.[Symbol.asyncDispose]();
    await cluster?.[Symbol.asyncDispose]();
  });

  interface Production {
    readonly session: Session;
    readonly url: string;
    readonly folder: string;
    readonly run: (verb: string, ...args: readonly string[]) => Promise<Outcome>;
    readonly start: (verb: string, ...args: readonly string[]) => ReturnType<typeof startLockkeeper>;
    readonly rows: (sql: string) => Promise<readonly unknown[]>;
  }

  /** A database of its own, and a project that changes it. */
  async function production(name: string, files: Readonly<Record<string, string>>): Promise<Production> {
    await admin.query(`CREATE DATABASE ${name}`);
    const session = await connect({ ...cluster.connection(), database: name }, { applicationName: 'test' });
    const folder = await makeFolder(files);
    folders.push(folder, session as unknown as Folder);
    const url = `host=${cluster.socketDir} port=${cluster.port} user=postgres dbname=${name}`;
    const argsOf = (verb: string, args: readonly string[]) => [verb, '--database', url, ...args];
    return {
      session,
      url,
      folder: folder.path,
      run: (verb, ...args) => runLockkeeper(folder.path, argsOf(verb, args)),
      start: (verb, ...args) => startLockkeeper(folder.path, argsOf(verb, args)),
      rows: async (sql) => (await session.query(sql)).rows,
    };
  }

  /** Until a backend of a run is at a statement. */
  async function atWork({ session }: Production, query: string): Promise<void> {
    const sql = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' AND application_name LIKE 'lockkeeper apply%' AND query LIKE $1`;
    await expect.poll(async () => (await session.query(sql, [query])).rows.length, { timeout: 30_000 }).toBe(1);
  }

  const quick = ['--no-gates'];
  const sessionsLeft = `SELECT application_name FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'lockkeeper%'`;

  it('applies the shop, says so as JSON, and finds nothing to do the second time', async () => {
    const { run, rows, folder } = await production('shop', {});
    const first = await run('apply', shop, ...quick, '--format', 'json', '--events', 'events.jsonl');
    expect(first.exitCode, first.stderr).toBe(0);
    const report = applySchema.parse(JSON.parse(first.stdout));
    expect(report).toMatchObject({ verdict: 'applied', preflight: null, remedy: null });
    expect(report.completed).toHaveLength(14);
    expect(report.notes).toContain('The gates were not asked (--no-gates).');
    const events = (await readFile(join(folder, 'events.jsonl'), 'utf8')).trimEnd().split('\n');
    const kinds = events.map((line) => (JSON.parse(line) as { readonly kind: string }).kind);
    expect(kinds.filter((kind) => kind === 'step-ended')).toHaveLength(14);
    expect(kinds.at(-1)).toBe('ended');
    expect(await rows(sessionsLeft)).toEqual([]);
    const second = await run('apply', shop, ...quick);
    expect(second).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('NOTHING TO DO') });
  });

  it.runIf(hasPsql)('prints with --dry-run what psql can run, to the same end', async () => {
    const migration = (up: string) => `-- migrate:up\n${up}\n\n-- migrate:down\nSELECT 1;\n`;
    const files = {
      'db/migrations/1_people.sql': migration(
        `CREATE TABLE people (id int PRIMARY KEY, note text DEFAULT ':HOST \\ it''s');\nINSERT INTO people SELECT n FROM generate_series(1, 10) n -- ten\n;`,
      ),
      'db/migrations/2_index.sql':
        '-- migrate:up transaction:false\nCREATE INDEX CONCURRENTLY people_note ON people (note);\n\n-- migrate:down\nSELECT 1;\n',
      'db/migrations/3_copy.sql': migration(
        'COPY people FROM stdin;\n11\ta\\tb\n12\t\\N\n\\.\nALTER TABLE people ADD n int;',
      ),
    };
    const applied = await production('applied', files);
    const printed = await production('printed', files);
    const dry = await printed.run('apply', '--dry-run');
    expect(dry.exitCode, dry.stderr).toBe(0);
    expect(dry.stderr).toContain('this was a dry run');
    expect(await printed.rows(`SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace`)).toEqual([]);
    expect(await printed.rows(`SELECT FROM pg_namespace WHERE nspname = 'lockkeeper'`)).toEqual([]);
    const { exitCode, stdout } = await printed.run('apply', '--dry-run', '--output', 'plan.sql');
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: '' });
    await promisify(execFile)('psql', ['-X', '-q', printed.url, '-f', join(printed.folder, 'plan.sql')]);
    expect((await applied.run('apply', ...quick)).exitCode).toBe(0);
    const state = 'SELECT p.*, s.version FROM people p, schema_migrations s ORDER BY p.id, s.version';
    expect(await printed.rows(state)).toEqual(await applied.rows(state));
    expect(await printed.rows(state)).toHaveLength(36);
    const diff = await runLockkeeper(printed.folder, ['diff', applied.url, printed.url]);
    expect(diff.stdout).toMatch(/No difference in structure/);
    expect(await printed.run('apply', ...quick)).toMatchObject({ exitCode: 0 });
  });

  it('what the server refuses is rolled back: 3, or 4 when a step before it stands', async () => {
    const broken = { 'migrations/1_a.sql': 'CREATE TABLE a ();\nCREATE TABLE b (x no_such_type);\n' };
    const nothing = await production('broken', broken);
    const first = await nothing.run('apply', ...quick);
    expect(first.exitCode, first.stdout + first.stderr).toBe(3);
    expect(first.stdout).toMatch(/error · 42704 · 1_a\.sql:2: type "no_such_type" does not exist/);
    expect(first.stdout).toMatch(
      /FAILED: .*\nNothing was changed in the database; 1\/1 left nothing behind\.\n→ Correct/,
    );
    expect(await nothing.rows(`SELECT to_regclass('a') AS a`)).toEqual([{ a: null }]);
    const something = await production('partial', { 'migrations/0_ok.sql': 'CREATE TABLE ok ();\n', ...broken });
    const second = await something.run('apply', ...quick, '--format', 'json');
    expect(second.exitCode, second.stderr).toBe(4);
    expect(JSON.parse(second.stdout)).toMatchObject({ verdict: 'failed', completed: ['0'] });
  });

  it('two at once: one works, the other says who', async () => {
    const busy = await production('busy', { 'migrations/1.sql': 'CREATE TABLE a ();\nSELECT pg_sleep(6);\n' });
    const first = busy.start('apply', ...quick);
    await atWork(busy, '%pg_sleep(6)%');
    const second = await busy.run('apply', ...quick);
    expect(second.exitCode, second.stderr).toBe(3);
    expect(second.stderr).toContain(`process ${first.child.pid}`);
    expect(second.stderr).toMatch(/Another runner is changing the database: .* run [0-9a-f-]{36}/);
    expect((await first.outcome).exitCode).toBe(0);
  });

  it('Ctrl-C ends the statement, leaves nothing, and says so; there is nothing to resume', async () => {
    const slow = await production('slow', { 'migrations/1.sql': 'CREATE TABLE a ();\nSELECT pg_sleep(60);\n' });
    const { child, outcome } = slow.start('apply', ...quick);
    await atWork(slow, '%pg_sleep(60)%');
    child.kill('SIGINT');
    const { exitCode, stdout } = await outcome;
    expect(exitCode).toBe(130);
    expect(stdout).toContain('Nothing was changed in the database');
    expect(await slow.rows(`SELECT to_regclass('a') AS a`)).toEqual([{ a: null }]);
    expect(await slow.rows(sessionsLeft)).toEqual([]);
    expect(await slow.run('resume')).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('was broken off') });
  });

  it.each([
    ['killed', 'a transaction', 'CREATE TABLE a (n int);\nSELECT pg_sleep(:seconds);\n', '%pg_sleep%'],
    ['built', 'a concurrent build', 'CREATE INDEX CONCURRENTLY a_n ON a (slow(n));\n', '%CONCURRENTLY%'],
  ])('kill -9 (%s): in the middle of %s apply names resume, and resume finishes', async (...[name, , text, query]) => {
    const sql = text.replace(':seconds', '2');
    const killed = await production(name, { 'migrations/1.sql': sql });
    if (name === 'built') {
      await killed.session.query(`CREATE TABLE a (n int); INSERT INTO a VALUES (1), (2), (3);
        CREATE FUNCTION slow(n int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.5); RETURN n; END'`);
    }
    const { child, outcome } = killed.start('apply', ...quick);
    await atWork(killed, query);
    child.kill('SIGKILL');
    await outcome;
    const refused = await killed.run('apply', ...quick);
    expect(refused.exitCode, refused.stdout + refused.stderr).toBe(3);
    expect(refused.stderr).toContain('lockkeeper resume');
    const resumed = await killed.run('resume');
    expect(resumed.exitCode, resumed.stdout + resumed.stderr).toBe(0);
    expect(resumed.stdout).toContain('APPLIED');
    expect(await killed.rows('SELECT FROM pg_index WHERE NOT indisvalid')).toEqual([]);
    expect(await killed.rows(`SELECT to_regclass('a') IS NOT NULL AS a`)).toEqual([{ a: true }]);
    expect(await killed.rows(sessionsLeft)).toEqual([]);
    expect(await killed.run('apply', ...quick)).toMatchObject({ exitCode: 0 });
  });

  it('applies up to an id, or just one, and refuses ids that there are not', async () => {
    const some = await production('chosen', {
      'migrations/1.sql': 'CREATE TABLE a ();\n',
      'migrations/2.sql': 'CREATE TABLE b ();\n',
      'migrations/3.sql': 'CREATE TABLE c ();\n',
    });
    const unknown = await some.run('apply', ...quick, '--until', '9');
    expect(unknown).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('No migration has the id 9.') });
    expect((await some.run('apply', ...quick, '--until', '2')).exitCode).toBe(0);
    const tables = `SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1`;
    expect(await some.rows(tables)).toEqual([{ relname: 'a' }, { relname: 'b' }]);
    expect((await some.run('apply', ...quick, '--until', '1')).stdout).toContain('NOTHING TO DO');
    const file = await some.run('apply', 'migrations/2.sql', 'migrations/3.sql', ...quick);
    expect(file.exitCode, file.stderr).toBe(0);
    expect(file.stdout).toContain('Applied already, and left out: 2.');
    expect(await some.rows(tables)).toHaveLength(3);
  });

  it.each<[string, readonly string[], RegExp]>([
    ['no database', ['apply'], /It is not said which database to change/],
    ['an unknown target', ['apply', '--target', 'nowhere'], /no target nowhere/],
    ['an unknown flag', ['apply', '--force'], /unknown option/],
    ['an unknown format', ['preflight', '--format', 'html'], /--format/],
    ['JSON twice', ['apply', '--events', '-', '--format', 'json'], /cannot both be JSON/],
  ])('%s is refused with 2', async (_, args, message) => {
    await using folder = await makeFolder({ 'migrations/1.sql': 'SELECT 1;\n' });
    const { exitCode, stdout, stderr } = await runLockkeeper(folder.path, args);
    expect(exitCode, stderr).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(message);
  });

  it('writes events alone on standard output with --events -', async () => {
    const { run } = await production('streamed', { 'migrations/1.sql': 'CREATE TABLE a ();\n' });
    const { exitCode, stdout, stderr } = await run('apply', ...quick, '--events', '-');
    expect(exitCode, stderr).toBe(0);
    const kinds = stdout
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { readonly kind: string }).kind);
    expect(kinds).toEqual(
      expect.arrayContaining(['phase', 'planned', 'step-started', 'attempt-started', 'step-ended', 'ended']),
    );
    expect(stderr).toContain('APPLIED');
  });
});
