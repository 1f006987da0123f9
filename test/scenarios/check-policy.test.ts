import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { checkOn, makeFolder, runLockkeeper } from './run-lockkeeper.js';

const git = (cwd: string, ...args: readonly string[]) =>
  promisify(execFile)('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd });

const table = 'CREATE TABLE t (id int);\n';
/** A migration with one error (the drop) and nothing else that is as grave. */
const drop = `-- Rollback: restore it from the copy\nSET lock_timeout = '1s';\nSET statement_timeout = '5s';\nDROP TABLE u;\n`;

interface Found {
  readonly ids: readonly string[];
  readonly suppressed: readonly string[];
  readonly exitCode: number | null;
}

async function findings(cwd: string, ...flags: readonly string[]): Promise<Found> {
  const { exitCode, stdout, stderr } = await runLockkeeper(cwd, ['check', '--format', 'json', ...flags]);
  if (stdout === '') throw new Error(stderr);
  const { migrations } = checkOn(stdout);
  const kept = migrations.flatMap((one) => [...one.findings, ...one.statements.flatMap((each) => each.findings)]);
  const suppressed = migrations.flatMap((one) =>
    one.suppressed.map(({ finding, by, reason }) => [finding.id, by, reason]),
  );
  return { ids: kept.map(({ id }) => id), suppressed: suppressed.map((each) => each.join(' ')), exitCode };
}

describe('the line between 0 and 1', () => {
  it('is drawn by --fail-on', async () => {
    await using folder = await makeFolder({ 'migrations/1_a.sql': 'ALTER TABLE t ADD COLUMN x int;\n' });
    expect(await findings(folder.path)).toMatchObject({
      exitCode: 0,
      ids: expect.arrayContaining(['missing-lock-timeout']),
    });
    expect(await findings(folder.path, '--fail-on', 'warning')).toMatchObject({ exitCode: 1 });
  });

  it('counts style only when it is judged', async () => {
    await using folder = await makeFolder({
      'migrations/1_a.sql': table,
      'migrations/2-Odd Name.sql': 'SELECT 1;',
    });
    const usual = await findings(folder.path);
    const style = await findings(folder.path, '--style');
    expect(usual.ids).toEqual([]);
    expect(style.ids).toContain('file-name-convention');
  });
});

describe('known findings', () => {
  it('a baseline accepts those of today, also when lines move, and no new one', async () => {
    await using folder = await makeFolder({ 'migrations/1_a.sql': drop });
    const flags = ['--baseline', 'known.json'];
    expect((await findings(folder.path)).exitCode).toBe(1);
    expect((await findings(folder.path, ...flags, '--write-baseline')).exitCode).toBe(0);
    await writeFile(join(folder.path, 'migrations/1_a.sql'), `${table}\n\n${drop}`);
    const after = await findings(folder.path, ...flags);
    expect(after).toMatchObject({ exitCode: 0, ids: [] });
    expect(after.suppressed).toContain('drop-table baseline accepted in the baseline');
    await writeFile(join(folder.path, 'migrations/2_b.sql'), 'DROP TABLE v;');
    expect(await findings(folder.path, ...flags)).toMatchObject({
      exitCode: 1,
      ids: expect.arrayContaining(['drop-table']),
    });
  });

  it.each<[string, string | null]>([
    ['missing', null],
    ['no baseline', '{}'],
  ])('a file that is %s is refused', async (_, content) => {
    await using folder = await makeFolder({
      'migrations/1_a.sql': table,
      ...(content === null ? {} : { 'known.json': content }),
    });
    const { exitCode, stderr } = await runLockkeeper(folder.path, ['check', '--baseline', 'known.json']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('The baseline known.json');
  });
});

describe('lockkeeper.yaml', () => {
  const withRules = (rules: string) => ({
    'migrations/1_a.sql': drop,
    'lockkeeper.yaml': `policy:\n  rules:\n${rules}`,
  });

  it('switches a rule off, changes its severity, and ignores by path with a reason', async () => {
    await using off = await makeFolder(withRules('    drop-table: off\n'));
    expect(await findings(off.path)).toMatchObject({ exitCode: 0, ids: [], suppressed: [] });
    await using milder = await makeFolder(withRules('    drop-table: warning\n'));
    expect(await findings(milder.path)).toMatchObject({ exitCode: 0, ids: ['drop-table'] });
    await using ignored = await makeFolder(
      withRules("    ignore:\n      - { paths: ['1_*'], rules: [drop-table], reason: nobody used it }\n"),
    );
    expect(await findings(ignored.path)).toMatchObject({
      exitCode: 0,
      suppressed: ['drop-table config nobody used it'],
    });
  });

  it.each([
    ['a rule that does not exist', '    drop-tabel: off\n', 'drop-table'],
    ['a severity that does not exist', '    drop-table: loud\n', 'warning'],
    ['an ignored path without a reason', "    ignore: [{ paths: ['1_*'], rules: [drop-table] }]\n", 'reason'],
    ['a module that is not there', '    load: [nowhere.mjs]\n', 'nowhere.mjs'],
  ])('%s is refused', async (_, rules, words) => {
    await using folder = await makeFolder(withRules(rules));
    const { exitCode, stderr } = await runLockkeeper(folder.path, ['check']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(words);
  });

  it('states who approves at which level; without a target no tier is assumed', async () => {
    await using folder = await makeFolder({
      'migrations/1_a.sql': drop,
      'lockkeeper.yaml': 'policy:\n  approvals: { HIGH: { dba: 2 } }\n  tiers: { 2: [coffee] }\n',
    });
    const { stdout } = await runLockkeeper(folder.path, ['check', '--format', 'json']);
    expect(checkOn(stdout).migrations[0]?.assessment).toMatchObject({
      tier: null,
      controls: [],
      approvals: [{ role: 'dba', count: 2 }],
    });
  });
});

describe('a change without SQL', () => {
  it('is judged by what its file declares', async () => {
    await using folder = await makeFolder({
      'migrations/0001_a.sql': table,
      'migrations/0002_driver.change.yaml':
        'title: A new driver\ncomponent: driver\nname: pg\nfrom: 8.23.1\nto: 9.0.0\ncomplexity: LOW\n',
    });
    const { exitCode, stdout, stderr } = await runLockkeeper(folder.path, ['check', '--format', 'json']);
    expect(exitCode, stderr).toBe(0);
    const declared = checkOn(stdout).migrations.at(-1);
    expect(declared).toMatchObject({
      id: '0002_driver',
      risk: 'MEDIUM',
      assessment: { kind: 'dependency change', reversibility: 'reversible with effort' },
      statements: [],
      findings: [{ id: 'claim-understates-risk', severity: 'warning' }],
    });
  });
});

describe('a pull request', () => {
  it('has the migrations whose files are new since a revision; those before are history', async () => {
    await using folder = await makeFolder({
      'migrations/0001_a.sql': 'CREATE TABLE t (id int, number varchar(10));\n',
    });
    await git(folder.path, 'init', '--quiet', '--initial-branch=main');
    await git(folder.path, 'add', '.');
    await git(folder.path, 'commit', '--quiet', '--message=first');
    await writeFile(
      join(folder.path, 'migrations/0002_b.sql'),
      'ALTER TABLE t ALTER COLUMN number TYPE varchar(20);\n',
    );
    const { exitCode, stdout, stderr } = await runLockkeeper(folder.path, [
      'check',
      '--since',
      'main',
      '--format',
      'json',
    ]);
    expect(exitCode, stderr).toBe(0);
    const { migrations, server } = checkOn(stdout);
    expect(server.schema).toBe('shadow');
    expect(migrations.map(({ id }) => id)).toEqual(['0002']);
    // Longer values fit into the file as it is: only a schema can know.
    expect(migrations[0]?.statements[0]).toMatchObject({ rewrites: [], scans: [] });
    const wrong = await runLockkeeper(folder.path, ['check', '--since', 'nowhere']);
    expect(wrong.exitCode).toBe(2);
    expect(await readFile(join(folder.path, 'migrations/0001_a.sql'), 'utf8')).toContain('varchar(10)');
  });
});
