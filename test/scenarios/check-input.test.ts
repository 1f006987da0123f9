import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkOn, feedLockkeeper, makeFolder, type Outcome, runLockkeeper } from './run-lockkeeper.js';

type Files = Readonly<Record<string, string | Uint8Array>>;

async function checkFiles(files: Files, ...flags: readonly string[]): Promise<Outcome> {
  await using folder = await makeFolder(files);
  return await runLockkeeper(folder.path, ['check', ...flags]);
}

const table = 'CREATE TABLE t (id int);\n';

describe('what cannot be read', () => {
  it.each<[string, Files, readonly string[]]>([
    ['a NUL byte', { 'migrations/1_a.sql': `${table}SELECT 1;\0DROP TABLE t;` }, ['1_a.sql:2', 'NUL']],
    [
      'Latin-1',
      { 'migrations/1_a.sql': Buffer.from(`${table}COMMENT ON TABLE t IS 'caf\xe9';`, 'latin1') },
      ['1_a.sql:2', 'UTF-8', 'iconv'],
    ],
    ['one number twice', { 'migrations/1_a.sql': table, 'migrations/1_b.sql': table }, ['1_a.sql and 1_b.sql']],
    [
      'a declared change that says too little',
      { 'migrations/1_a.sql': table, 'migrations/2_b.change.yaml': 'title: a\n' },
      ['2_b.change.yaml', 'component'],
    ],
  ])('%s is refused with its place', async (_, files, words) => {
    const { exitCode, stdout, stderr } = await checkFiles(files);
    expect(exitCode, stderr).toBe(2);
    expect(stdout).toBe('');
    for (const word of words) expect(stderr).toContain(word);
    expect(stderr).toContain('No database was changed.');
  });

  it('an empty folder is refused', async () => {
    await using folder = await makeFolder();
    await mkdir(join(folder.path, 'migrations'));
    const { exitCode, stderr } = await runLockkeeper(folder.path, ['check']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('No migrations in');
  });

  it('a syntax error is a finding at its statement, and no silent pass', async () => {
    const files = { 'migrations/1_a.sql': `${table}ALTER TABLE t\n  ADD COLUM x int;\nDROP TABLE u;\n` };
    const { exitCode, stdout, stderr } = await checkFiles(files, '--format', 'json');
    expect(exitCode, stderr).toBe(1);
    const [migration] = checkOn(stdout).migrations;
    expect(migration?.risk).toBe('HIGH');
    expect(migration?.statements[1]?.findings).toMatchObject([
      { id: 'not-analysed', severity: 'error', line: 3, column: 15 },
    ]);
    expect(migration?.statements[2]?.findings.map(({ id }) => id)).toContain('drop-table');
  });

  it('a statement that fails after its history is a finding too', async () => {
    const files = { 'migrations/1_a.sql': table, 'migrations/2_b.sql': 'SELECT 1;\nALTER TABLE t DROP COLUMN nope;\n' };
    const { exitCode, stdout, stderr } = await checkFiles(files, '--pending', '1', '--format', 'json');
    expect(exitCode, stderr).toBe(1);
    const [migration] = checkOn(stdout).migrations;
    const findings = migration?.statements.flatMap((statement) => statement.findings) ?? [];
    expect(findings).toContainEqual(
      expect.objectContaining({ id: 'change-fails', line: 2, message: expect.stringContaining('42703') }),
    );
  });
});

describe('text of every kind', () => {
  it('a BOM and CRLF change nothing', async () => {
    const files = { 'migrations/1_a.sql': '\uFEFFCREATE TABLE t (id int);\r\nDROP TABLE\r\n  u;\r\n' };
    const { exitCode, stdout, stderr } = await checkFiles(files, '--format', 'json');
    expect(exitCode, stderr).toBe(1);
    const [migration] = checkOn(stdout).migrations;
    expect(migration?.statements.map(({ line, endLine }) => [line, endLine])).toEqual([
      [1, 1],
      [2, 3],
    ]);
  });

  it('a file of 5 MB, and a statement of 5 MB, are judged', async () => {
    const row = (index: number) => `(${index}, '${'x'.repeat(490)}')`;
    const rows = Array.from({ length: 10_000 }, (_, index) => row(index));
    const files = {
      'migrations/1_many.sql': `${table}${rows.map((one) => `INSERT INTO u VALUES ${one};\n`).join('')}`,
      'migrations/2_long.sql': `INSERT INTO v VALUES ${rows.join(',\n')};\n`,
    };
    const { exitCode, stdout, stderr } = await checkFiles(files, '--format', 'json');
    expect(exitCode, stderr).toBe(0);
    const [many, long] = checkOn(stdout).migrations;
    expect(many?.statements).toHaveLength(10_001);
    for (const migration of [many, long]) expect(migration?.assessment.kind).toBe('data migration');
    expect(long?.statements[0]?.locks).toMatchObject([{ relation: 'public.v', mode: 'RowExclusiveLock' }]);
  });

  it('standard input', async () => {
    await using folder = await makeFolder();
    const dropped = await feedLockkeeper(folder.path, ['check', '-', '--format', 'json'], 'SELECT 1;\nDROP TABLE u;');
    expect(dropped.exitCode, dropped.stderr).toBe(1);
    expect(checkOn(dropped.stdout).migrations[0]?.statements[1]?.findings).toContainEqual(
      expect.objectContaining({ id: 'drop-table', path: '-', line: 2 }),
    );
    const harmless = await feedLockkeeper(folder.path, ['check', '-'], 'CREATE TABLE t (id int);');
    expect(harmless.exitCode, harmless.stdout).toBe(0);
  });
});

describe('a wrong command line', () => {
  it.each<[string, readonly string[], string]>([
    ['an unknown flag', ['--nope'], "unknown option '--nope'"],
    ['an unknown severity', ['--fail-on', 'panic'], 'Allowed choices are info, warning, error'],
    ['an unknown format', ['--format', 'xml'], 'Allowed choices are text, json'],
    ['a missing file', ['nowhere.sql'], 'Not found: nowhere.sql'],
    ['an unknown id', ['--from', '0003'], '0002'],
    ['an unknown target', ['--target', 'production'], 'no target'],
    ['a major that there is not', ['--server-major', '12'], '12'],
  ])('%s is refused', async (_, flags, words) => {
    const { exitCode, stdout, stderr } = await checkFiles(
      { 'migrations/0001_a.sql': table, 'migrations/0002_b.sql': 'SELECT 1;' },
      ...flags,
    );
    expect(exitCode, stdout + stderr).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(words);
  });
});
