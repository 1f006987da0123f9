import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, type Session } from '../../src/foundation/postgres/session.js';
import { checkSchema } from '../../src/report/check-schema.js';
import { type LoopbackServer, startLoopbackServer } from '../support/loopback-server.js';
import { type Folder, makeFolder, type Outcome, rehearsalOn, runLockkeeper } from './run-lockkeeper.js';

const password = 'hunter2-of-production';
const migration = (up: string): string => `-- migrate:up\n${up};\n\n-- migrate:down\nSELECT 1;\n`;
const made = 'CREATE TABLE notes (id int PRIMARY KEY, body text)';
const pending = 'CREATE INDEX notes_body ON notes (body)';

/** A production with one of two migrations, reached around a pooler that is not there. */
describe('a target', () => {
  let server: LoopbackServer;
  let folder: Folder;
  let session: Session;
  let url: string;

  beforeAll(async () => {
    server = await startLoopbackServer(17, 'local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n');
    session = await connect(server.local, { applicationName: 'test' });
    await session.query(
      `${made}; INSERT INTO notes SELECT n, '' FROM generate_series(1, 5000) n; ANALYZE notes;
       CREATE TABLE schema_migrations (version varchar PRIMARY KEY); INSERT INTO schema_migrations VALUES ('1');
       CREATE ROLE reader LOGIN PASSWORD '${password}'; GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader`,
    );
    folder = await makeFolder({
      'migrations/1_notes.sql': migration(made),
      'migrations/2_body.sql': migration(pending),
      'lockkeeper.yaml':
        'targets:\n  production: { url: "postgres://x@127.0.0.1:1/x", directUrl: "${PRODUCTION_URL}", tier: 0 }\n',
    });
    url = `postgres://reader:${password}@${server.host}:${server.port}/postgres`;
  });
  afterAll(async () => {
    await folder?.[Symbol.asyncDispose]();
    await session?.[Symbol.asyncDispose]();
    await server?.[Symbol.asyncDispose]();
  });

  async function run(...args: readonly string[]): Promise<Outcome> {
    const outcome = await runLockkeeper(folder.path, args, { PRODUCTION_URL: url });
    expect(outcome.stdout + outcome.stderr).not.toContain(password);
    return outcome;
  }

  async function check(...args: readonly string[]) {
    const { stdout, stderr } = await run('check', '--format', 'json', '--fail-on', 'error', ...args);
    expect(stdout, stderr).not.toBe('');
    return checkSchema.parse(JSON.parse(stdout));
  }

  it.each([['--target', 'production'], ['--database']])('check %s judges what is unapplied there', async (...named) => {
    const args = named.length === 1 ? [...named, url] : named;
    const report = await check(...args);
    expect(report.migrations.map(({ id }) => id)).toEqual(['2']);
    expect(report.notes).toContainEqual(
      expect.stringMatching(/has 1 of 2 migrations applied, says public\.schema_migrations\.$/),
    );
    expect(report.server).toMatchObject({ schema: 'shadow', sizes: 'database' });
    const locks = report.migrations[0]?.statements.flatMap((statement) => statement.locks);
    expect(locks).toContainEqual(
      expect.objectContaining({ relation: 'public.notes', mode: 'ShareLock', certainty: 'certain' }),
    );
  });

  it('a range that is said wins', async () => {
    expect((await check('--database', url, '--all')).migrations.map(({ id }) => id)).toEqual(['1', '2']);
  });

  it('what no file has is named, and the schema of the database itself is judged by', async () => {
    await session.query("INSERT INTO schema_migrations VALUES ('0')");
    try {
      const report = await check('--target', 'production');
      expect(report.notes).toContainEqual(expect.stringContaining('no file here has them: 0.'));
      expect(report.server.schema).toBe('database');
    } finally {
      await session.query("DELETE FROM schema_migrations WHERE version = '0'");
    }
  });

  it('rehearse --target builds what is applied and tries the rest', async () => {
    const { exitCode, stdout, stderr } = await run('rehearse', '--target', 'production', '--format', 'json');
    expect(exitCode, stderr).toBe(0);
    const { migrations, stage, notes } = rehearsalOn(stdout);
    expect(migrations.map(({ id }) => id)).toEqual(['2']);
    expect(stage.historyMigrations).toBe(1);
    expect(notes).toContainEqual(expect.stringContaining('The target production has 1 of 2'));
  });

  it('a command of the team chooses by itself', async () => {
    const { exitCode, stderr } = await run('rehearse', '--target', 'production', '--exec', 'true');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--exec');
  });

  it('of plain SQL files the ledger says what is applied', async () => {
    await using plain = await makeFolder({ 'migrations/1_a.sql': 'SELECT 1;\n', 'migrations/2_b.sql': 'SELECT 2;\n' });
    const { exitCode, stdout, stderr } = await runLockkeeper(plain.path, ['check', '--database', url]);
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toContain('no ledger yet: nothing counts as applied');
    expect(`${stdout}${stderr}`).not.toContain(password);
  });

  it('a password that is wrong is not shown either', async () => {
    const wrong = url.replace(password, `${password}-wrong`);
    const { exitCode, stderr } = await run('check', '--database', wrong);
    expect(exitCode, stderr).toBe(3);
    expect(stderr).toContain('authentication failed');
  });
});
