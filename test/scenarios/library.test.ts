import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import type * as library from '../../src/index.js';
import { makeFolder } from './run-lockkeeper.js';

const built = new URL('../../dist/index.js', import.meta.url).href;
const {
  ChangeSafetyError,
  check,
  defineRule,
  rehearse,
  renderHtml,
  renderJson,
  renderMarkdown,
  renderTerminal,
  systemClock,
} = (await import(built)) as typeof library;

const files = {
  'db/1_a.sql': 'CREATE TABLE t (id int PRIMARY KEY);\n',
  'db/2_b.sql': 'ALTER TABLE t ADD COLUMN note text;\n',
};

describe('the library as it is built', () => {
  it('rehearses a folder with nothing but its name', async () => {
    await using folder = await makeFolder(files);
    const { rehearsal, recordPath } = await rehearse({ dir: 'db', cwd: folder.path });
    expect(rehearsal).toMatchObject({ verdict: 'passed', project: { format: 'plain', path: 'db' } });
    expect(rehearsal.migrations.map(({ id }) => id)).toEqual(['1', '2']);
    expect(recordPath.startsWith(join(folder.path, '.lockkeeper', 'records'))).toBe(true);
    expect(JSON.parse(renderJson(rehearsal))).toEqual(rehearsal);
    for (const text of [renderHtml, renderMarkdown].map((render) => render(rehearsal)))
      expect(text).toContain('2_b.sql');
    expect(renderTerminal(rehearsal, { width: 80, color: false })).toContain('PASSED');
  });

  it('checks SQL, a folder, and what stands after a history', async () => {
    const { migrations } = await check({ sql: 'CREATE INDEX i ON t (a);' });
    expect(migrations[0]?.statements[0]?.findings.map(({ id }) => id)).toContain('create-index-blocks-writes');
    await using folder = await makeFolder(files);
    const report = await check({ dir: 'db', pending: 1, cwd: folder.path });
    expect(report).toMatchObject({ server: { schema: 'shadow' }, project: { path: 'db' } });
    expect(report.migrations.map(({ id }) => id)).toEqual(['2']);
  });

  it('gives a rule its types', () => {
    const rule = defineRule({
      id: 'no-notes',
      title: 'A table of notes',
      why: 'Nobody reads them.',
      instead: 'Nothing.',
      sources: [],
      concern: 'style',
      severity: 'info',
      scope: 'statement',
      on: ['CreateStmt'],
      example: { setup: '', unsafe: 'CREATE TABLE notes ();', safe: 'CREATE TABLE n ();' },
      predict: ({ node }) =>
        'CreateStmt' in node && node.CreateStmt.relation?.relname === 'notes' ? [{ message: 'x' }] : [],
      unobservable: 'A server does not know what is read.',
    });
    expect(rule.id).toBe('no-notes');
  });

  it('takes the options of the command', async () => {
    await using folder = await makeFolder(files);
    const told: string[] = [];
    const { rehearsal } = await rehearse({
      cwd: folder.path,
      dir: 'db',
      pending: 1,
      rows: 10,
      serverMajor: 16,
      onProgress: (progress) => told.push(progress.kind),
    });
    expect(rehearsal.server.major).toBe(16);
    expect(rehearsal.stage).toMatchObject({ historyMigrations: 1, rowsPerTable: 10 });
    expect(told).toContain('statement');
  });

  it('takes a whole request, and throws what keeps it from being done', async () => {
    await using folder = await makeFolder(files);
    const request = {
      cwd: folder.path,
      env: process.env,
      clock: systemClock,
      signal: new AbortController().signal,
      onProgress: () => undefined,
      selection: { paths: ['db/1_a.sql'] },
      stage: { url: null, standby: false, rows: null, role: null },
      trafficPerSecond: null,
      exec: null,
    };
    expect((await rehearse(request)).rehearsal.migrations.map(({ path }) => path)).toEqual(['1_a.sql']);
    const failure = await rehearse({ ...request, selection: { paths: ['nowhere'] } }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ChangeSafetyError);
    expect(failure).toMatchObject({ code: 'usage', effect: 'none' });
  });

  it('lets a program end by itself', async () => {
    await using folder = await makeFolder(files);
    const program = `import { rehearse } from ${JSON.stringify(built)};
      console.log((await rehearse({ dir: 'db' })).rehearsal.verdict);`;
    const run = promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], { cwd: folder.path });
    expect((await run).stdout).toBe('passed\n');
  });
});
