import { expect, test } from 'vitest';
import { testSchema } from '../../src/report/test-schema.js';
import { makeFolder, runLockkeeper } from './run-lockkeeper.js';

const files = {
  'migrations/0001_users.sql': 'CREATE TABLE users (id bigint PRIMARY KEY, email text);\n',
  'migrations/0001_users.rollback.sql': 'DROP TABLE users;\n',
  'migrations/0002_index.sql': 'CREATE INDEX CONCURRENTLY users_email ON users (email);\n',
  'migrations/0002_index.rollback.sql': 'SELECT 1;\n',
  'migrations/0003_comment.sql': "COMMENT ON TABLE users IS 'people';\n",
};

const reportOn = (stdout: string) => testSchema.parse(JSON.parse(stdout));

test('written rollbacks are proved, and what falls short ends with 1', async () => {
  await using folder = await makeFolder(files);
  const { exitCode, stdout } = await runLockkeeper(folder.path, ['test', '--rollbacks', 'written', '--format', 'json']);
  expect(reportOn(stdout).migrations.map(({ id, verdict }) => [id, verdict])).toEqual([
    ['0001', 'restored'],
    ['0002', 'not-restored'],
    ['0003', 'no-rollback'],
  ]);
  expect(reportOn(stdout).migrations[1]?.difference).toEqual(['index public.users_email is left over']);
  expect(exitCode).toBe(1);
});

test('generated rollbacks are proved, and end with 0', async () => {
  await using folder = await makeFolder(files);
  const args = ['test', '--rollbacks', 'generated', '--rows', '3', '--format', 'json'];
  const { exitCode, stdout } = await runLockkeeper(folder.path, args);
  const { migrations, rowsPerTable } = reportOn(stdout);
  expect(migrations.map(({ verdict, dataKept }) => [verdict, dataKept])).toEqual([
    ['restored', true],
    ['restored', true],
    ['restored', true],
  ]);
  expect(migrations[1]?.sql).toContain('DROP INDEX');
  expect(rowsPerTable).toBe(3);
  expect(exitCode).toBe(0);
});

test("the application's own tests run after up, after down and after up again", async () => {
  await using folder = await makeFolder(files);
  const command =
    'echo "$LOCKKEEPER_MIGRATION $LOCKKEEPER_STAGE $PGDATABASE" >> seen.txt; test "$LOCKKEEPER_STAGE" != "after down"';
  const args = ['test', '--rollbacks', 'written', '--with', command, '--fail-fast', '--format', 'json'];
  const { exitCode, stdout } = await runLockkeeper(folder.path, args);
  const [first, ...rest] = reportOn(stdout).migrations;
  expect(first).toMatchObject({ verdict: 'failed', reason: 'after down, the command of --with exits with 1' });
  expect(rest).toEqual([]);
  expect(exitCode).toBe(1);
});
