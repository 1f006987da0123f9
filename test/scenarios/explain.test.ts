import { describe, expect, it } from 'vitest';
import { checkOn, makeFolder, runLockkeeper } from './run-lockkeeper.js';

/** A rule of a project's own, as plain JavaScript: nothing of ours is imported. */
const ownRule = (observe: string) => `export default {
  id: 'no-money-type',
  title: 'money columns',
  why: 'Its text depends on the locale.',
  instead: 'Use numeric.',
  sources: [],
  concern: 'data',
  severity: 'error',
  example: {
    setup: 'CREATE TABLE bills (id int);',
    unsafe: 'ALTER TABLE bills ADD COLUMN paid money;',
    safe: 'SET lock_timeout = 100;',
  },
  scope: 'statement',
  on: ['AlterTableStmt'],
  predict: ({ statement }) => (/\\bmoney\\b/.test(statement.sql) ? [{ message: 'A money column.' }] : []),
  ${observe}
};
`;

const files = (observe: string) => ({
  'migrations/1_a.sql': 'CREATE TABLE t (id int);\nALTER TABLE t ADD COLUMN paid money;\n',
  'rules/no-money.mjs': ownRule(observe),
  'lockkeeper.yaml': 'policy:\n  rules:\n    load: [rules/no-money.mjs]\n',
});

/** It sees the lock of the ALTER TABLE, which the safe form does not take. */
const honest = 'observe: ({ trace }) => trace.statements.some(({ locks }) => locks.length > 0),';

describe('explain', () => {
  it('lists all rules by what they endanger', async () => {
    await using folder = await makeFolder();
    const { exitCode, stdout, stderr } = await runLockkeeper(folder.path, ['explain']);
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toMatch(/^availability$/m);
    expect(stdout).toMatch(/^ {2}rename-column$/m);
    expect(stdout).not.toContain('\x1b');
  });

  it('says all there is to know about one', async () => {
    await using folder = await makeFolder();
    const { exitCode, stdout } = await runLockkeeper(folder.path, ['explain', 'create-index-blocks-writes']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^create-index-blocks-writes$/m);
    expect(stdout).toMatch(/^why /m);
    expect(stdout).toContain('CONCURRENTLY');
    expect(stdout).toContain('https://www.postgresql.org/docs/');
  });

  it('names the nearest when there is none of that name', async () => {
    await using folder = await makeFolder();
    const { exitCode, stdout, stderr } = await runLockkeeper(folder.path, ['explain', 'rename-colum']);
    expect(exitCode).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain('Did you mean rename-column?');
  });

  it('as JSON and as Markdown', async () => {
    await using folder = await makeFolder();
    const json = await runLockkeeper(folder.path, ['explain', 'rename-column', '--format', 'json']);
    expect(JSON.parse(json.stdout)).toMatchObject({
      kind: 'rules',
      version: 1,
      tool: { name: 'lockkeeper' },
      rules: [{ id: 'rename-column', concern: 'compatibility', majors: [15, 16, 17, 18] }],
      proofs: [],
    });
    const markdown = await runLockkeeper(folder.path, ['explain', 'rename-column', '--format', 'markdown']);
    expect(markdown.stdout).toMatch(/^# rename-column\n/);
    const index = await runLockkeeper(folder.path, ['explain', '--format', 'markdown']);
    expect(index.stdout).toContain('[rename-column](rename-column.md)');
  });
});

describe("a project's own rule", () => {
  it('speaks in check beside ours', async () => {
    await using folder = await makeFolder(files(honest));
    const { exitCode, stdout, stderr } = await runLockkeeper(folder.path, ['check', '--format', 'json']);
    expect(exitCode, stderr).toBe(1);
    const { migrations, rules } = checkOn(stdout);
    expect(migrations[0]?.statements[1]?.findings).toMatchObject([{ id: 'no-money-type', severity: 'error', line: 2 }]);
    expect(rules).toContainEqual(
      expect.objectContaining({ id: 'no-money-type', why: 'Its text depends on the locale.' }),
    );
  });

  it('is proved on servers of each major', async () => {
    await using folder = await makeFolder(files(honest));
    const { exitCode, stdout, stderr } = await runLockkeeper(folder.path, ['explain', 'no-money-type', '--prove']);
    expect(exitCode, stdout + stderr).toBe(0);
    for (const major of [15, 16, 17, 18]) expect(stdout).toContain(`✓ no-money-type on PostgreSQL ${major}`);
    expect(stdout).toContain('unsafe: predicted by schema yes, by text yes; observed yes');
  });

  it('whose proof does not hold exits with 1, and says what was seen', async () => {
    await using folder = await makeFolder(files('observe: () => true,'));
    const { exitCode, stdout } = await runLockkeeper(folder.path, ['explain', 'no-money-type', '--prove']);
    expect(exitCode).toBe(1);
    expect(stdout).toContain('✗ no-money-type on PostgreSQL 17');
    expect(stdout).toContain('safe: predicted by schema no, by text no; observed yes');
  });

  it('without a proof is refused', async () => {
    await using folder = await makeFolder(files(''));
    const { exitCode, stderr } = await runLockkeeper(folder.path, ['check']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('rules/no-money.mjs');
    expect(stderr).toContain('neither observe nor unobservable');
  });
});
