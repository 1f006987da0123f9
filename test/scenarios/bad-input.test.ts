import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeFolder, type Outcome, rehearsalOn, runLockkeeper } from './run-lockkeeper.js';

type Files = Readonly<Record<string, string | Uint8Array>>;

async function rehearseFiles(files: Files, ...flags: readonly string[]): Promise<Outcome> {
  await using folder = await makeFolder(files);
  return await runLockkeeper(folder.path, ['rehearse', ...flags]);
}

const table = 'CREATE TABLE t (id int);\n';

describe('a folder that cannot be read', () => {
  it.each<[string, Files, string[]]>([
    ['a NUL byte', { 'migrations/1_a.sql': `${table}SELECT 1;\0DROP TABLE t;` }, ['1_a.sql:2', 'NUL']],
    [
      'Latin-1',
      { 'migrations/1_a.sql': Buffer.from(`${table}COMMENT ON TABLE t IS 'caf\xe9';`, 'latin1') },
      ['1_a.sql:2', 'UTF-8'],
    ],
    ['one number twice', { 'migrations/1_a.sql': table, 'migrations/1_b.sql': table }, ['1_a.sql and 1_b.sql']],
  ])('%s is refused with its place', async (_, files, words) => {
    const { exitCode, stdout, stderr } = await rehearseFiles(files);
    expect(exitCode, stderr).toBe(2);
    expect(stdout).toBe('');
    for (const word of words) expect(stderr).toContain(word);
    expect(stderr).toContain('No database was changed.');
  });

  it('an empty folder is refused', async () => {
    await using folder = await makeFolder();
    await mkdir(join(folder.path, 'migrations'));
    const { exitCode, stderr } = await runLockkeeper(folder.path, ['rehearse']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('No migrations in');
  });
});

describe('a wrong command line', () => {
  it('an unknown flag is refused', async () => {
    const { exitCode, stderr } = await rehearseFiles({}, '--nope');
    expect(exitCode).toBe(2);
    expect(stderr).toContain("unknown option '--nope'");
  });

  it('an unknown id is refused, and those near it are named', async () => {
    const files = { 'migrations/0001_a.sql': table, 'migrations/0002_b.sql': 'SELECT 1;' };
    const { exitCode, stderr } = await rehearseFiles(files, '--from', '0003');
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/Near it:.*0002/);
  });
});

describe('text of other editors', () => {
  it('a BOM and CRLF change nothing', async () => {
    const files = { 'migrations/1_a.sql': '\uFEFFCREATE TABLE t (id int);\r\nALTER TABLE t\r\n  ADD x int;\r\n' };
    const { exitCode, stdout, stderr } = await rehearseFiles(files, '--format', 'json');
    expect(exitCode, stderr).toBe(0);
    const rehearsal = rehearsalOn(stdout);
    expect(rehearsal.migrations[0]?.statements.map(({ line }) => line)).toEqual([1, 2]);
    expect(rehearsal.notes.join()).toContain('Without a rollback script: 1_a.sql');
  });
});

describe('a migration that fails', () => {
  it('shows the place of a syntax error, without escapes', async () => {
    const files = { 'migrations/1_a.sql': `${table}ALTER TABLE t\n  ADD COLUM x int;\n` };
    const { exitCode, stdout, stderr } = await rehearseFiles(files);
    expect(exitCode, stderr).toBe(1);
    expect(stdout).toContain('1_a.sql:3:15');
    expect(stdout).toMatch(/│ {3}ADD COLUM x int\n.*│ {15}\^/);
    expect(stdout).toContain('rolled back');
    expect(stdout + stderr).not.toContain('\x1b');
  });

  it.each([
    ['inside its transaction', table, 'rolled-back'],
    ['after a COMMIT of its own', `${table}COMMIT;\n`, 'partial'],
  ])('ends its own backend %s', async (_, before, state) => {
    const files = { 'migrations/1_a.sql': `${before}SELECT pg_terminate_backend(pg_backend_pid());\n` };
    const { exitCode, stdout, stderr } = await rehearseFiles(files, '--format', 'json');
    expect(exitCode, stderr).toBe(1);
    const [migration] = rehearsalOn(stdout).migrations;
    expect(migration?.state.kind).toBe(state);
    expect(migration?.statements.at(-1)?.error?.code).toBe('57P01');
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('lacks a privilege of its role', async () => {
    const files = { 'migrations/1_a.sql': `${table}CREATE EXTENSION file_fdw;\n` };
    const { exitCode, stdout, stderr } = await rehearseFiles(files, '--role', 'app', '--format', 'json');
    expect(exitCode, stderr).toBe(1);
    expect(rehearsalOn(stdout).findings).toContainEqual(
      expect.objectContaining({ id: 'missing-privilege', severity: 'error', line: 2 }),
    );
  });
});
