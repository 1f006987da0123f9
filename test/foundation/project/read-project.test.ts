import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readFiles, readProject } from '../../../src/foundation/project/read-project.js';
import { ChangeSafetyError } from '../../../src/model/change-safety-error.js';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'project-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

function write(files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), content);
  }
}

const options = { format: 'auto', placeholders: {} } as const;
const read = (format = 'auto') => readProject(dir, { ...options, format });

async function failure(attempt: Promise<unknown>): Promise<ChangeSafetyError> {
  const error: unknown = await attempt.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (error instanceof ChangeSafetyError) return error;
  throw new Error(`no ChangeSafetyError: ${String(error)}`);
}

describe('bad bytes', () => {
  const latin1 = Buffer.from("-- liquibase formatted sql\nSELECT 'caf\xe9';\n", 'latin1');

  test('a file that no tool would read does not hide the tool', async () => {
    write({ 'V1__a.sql': 'SELECT 1;', 'old/notes.sql': latin1, 'data.sql': Buffer.from('x\0y') });
    expect(await read()).toMatchObject({ format: 'flyway', migrations: [{ id: '1' }] });
    expect(await read('flyway')).toMatchObject({ format: 'flyway' });
  });

  test('one that is read is named with its line and byte', async () => {
    write({ '1_a.sql': 'SELECT 1;', '2_b.sql': latin1 });
    const { code, message } = await failure(read());
    expect(code).toBe('script-invalid');
    expect(message).toMatch(/2_b\.sql:2\b.*byte 0xe9 is not UTF-8/);
    expect(await failure(read('liquibase'))).toMatchObject({ code: 'script-invalid' });
  });

  test('a byte order mark and CRLF are read over; lines count once', async () => {
    write({ '1_a.sql': '\uFEFFselect 1;\r\n\r\nselect 2;\r\n' });
    const [migration] = (await read()).migrations;
    expect(migration?.statements.map(({ sql, span }) => [sql, span.line])).toEqual([
      ['select 1', 1],
      ['select 2', 3],
    ]);
  });

  test('Latin-1 is refused with file, line and offset', async () => {
    write({ '1_a.sql': Buffer.from("select 1;\nselect 'é';", 'latin1') });
    const error = await failure(read());
    expect(error).toMatchObject({ code: 'script-invalid', effect: 'none' });
    expect(error.message).toBe('1_a.sql:2: byte 0xe9 is not UTF-8 (byte offset 18).');
  });

  test('a NUL byte is refused, and UTF-16 named', async () => {
    write({ '1_a.sql': 'select 1;\n\0drop table x' });
    expect((await failure(read())).message).toMatch(/^1_a\.sql:2: a NUL byte.*offset 10/);
    write({ '1_a.sql': Buffer.from('\uFEFFselect 1', 'utf16le') });
    expect((await failure(read())).message).toContain('UTF-16');
  });
});

describe('what cannot be ordered or found', () => {
  test.each([
    ['plain', '0001_a.sql', '001_b.sql'],
    ['golang-migrate', '1_a.up.sql', '01_b.up.sql'],
    ['sqlx', '1_a.sql', '01_b.sql'],
  ])('%s: two files with one number', async (format, first, second) => {
    write({ [first]: 'select 1', [second]: 'select 2' });
    const error = await failure(read(format));
    expect(error.code).toBe('project-invalid');
    expect(error.message).toContain(first);
    expect(error.message).toContain(second);
  });

  test('an empty folder, and none', async () => {
    expect(await failure(read())).toMatchObject({
      code: 'project-not-found',
      message: expect.stringContaining('looked for: Prisma'),
    });
    expect((await failure(readProject(join(dir, 'none'), options))).code).toBe('project-not-found');
  });

  test('programs lead to --exec', async () => {
    write({ '1_a.ts': 'export const up = 1' });
    expect((await failure(read())).remedy).toContain('--exec');
    write({ '2_b.sql': '-- Up Migration\nselect 1' });
    expect(await failure(read())).toMatchObject({ code: 'project-invalid', remedy: expect.stringContaining('--exec') });
  });

  test('an unknown format names the known ones', async () => {
    expect(await failure(read('nope'))).toMatchObject({
      code: 'usage',
      remedy: expect.stringContaining('golang-migrate'),
    });
  });
});

describe('plain rollbacks', () => {
  test('a lone "rollback" or "down" in a name is a name', async () => {
    write({
      '1_a.sql': '',
      '2_rollback_feature.sql': 'select 1',
      '3_scale_down.sql': 'select 1',
      '4_x_up.sql': '',
      '4_x_down.sql': '',
    });
    const { migrations } = await read();
    expect(migrations.map(({ id, down }) => [id, down?.path ?? null])).toEqual([
      ['1', null],
      ['2', null],
      ['3', null],
      ['4', '4_x_down.sql'],
    ]);
  });

  test('one that undoes nothing is noted', async () => {
    write({ '1_a.sql': '', 'rollback/2_rollback_b.sql': '' });
    expect((await read()).notes).toContain(
      'rollback/2_rollback_b.sql undoes no migration of that number and is left out.',
    );
  });

  test('files without numbers run by name', async () => {
    write({ 'b.sql': 'select 2', 'a.sql': 'select 1' });
    expect((await read()).migrations.map(({ id }) => id)).toEqual(['a', 'b']);
  });
});

describe('transactions of plain files', () => {
  test.each([
    ['select 1', 'single', 'one transaction'],
    ['select 1;\nBEGIN; select 2; COMMIT;', 'none', '(BEGIN, 1_a.sql:2)'],
    ["select 'begin';\n-- vacuum\nvacuum t", 'none', '"vacuum t" (1_a.sql:3)'],
    ['do $$ begin end $$; select 1 as concurrently', 'single', 'one transaction'],
  ])('%j: %s', async (sql, mode, reason) => {
    write({ '1_a.sql': sql });
    const [migration] = (await read()).migrations;
    expect(migration?.transaction).toMatchObject({ mode, reason: expect.stringContaining(reason) });
  });
});

test('a conventional sub-folder wins over a stray script beside it', async () => {
  write({ 'seed.sql': '', 'db/migrations/1_a.sql': 'select 1', 'node_modules/x/2_b.sql': '' });
  const project = await read();
  expect(project.dir).toBe(join(dir, 'db/migrations'));
  expect(project.migrations.map(({ path }) => path)).toEqual(['1_a.sql']);
});

test('an include may stand outside the folder and counts as a source', async () => {
  write({ 'm/1_a.sql': '\\ir ../shared/x.sql', 'm/2_b.sql': '\\i shared/x.sql', 'shared/x.sql': 'select 1;' });
  const { migrations } = await readProject(join(dir, 'm'), { ...options, cwd: dir });
  expect(migrations.map(({ sources }) => sources.map(({ path }) => path))).toEqual([
    ['1_a.sql', '../shared/x.sql'],
    ['2_b.sql', '../shared/x.sql'],
  ]);
  expect(migrations[1]?.statements[0]?.span.path).toBe('../shared/x.sql');
});

describe('single files', () => {
  test('are plain, whatever they are called, in the given order', async () => {
    write({ 'b.sql': 'select 2', 'x/1_a.rollback.sql': '\\set a 1\nselect :a' });
    const project = await readFiles(['b.sql', 'x/1_a.rollback.sql'], { placeholders: {}, cwd: dir });
    expect(project.format).toBe('plain');
    expect(project.migrations.map(({ path, statements }) => [path, statements[0]?.sql])).toEqual([
      ['b.sql', 'select 2'],
      ['x/1_a.rollback.sql', 'select 1'],
    ]);
  });

  test('keep the rules of the tool they speak for', async () => {
    write({ '1_a.sql': '-- migrate:up\nselect 1;\n-- migrate:down\nselect 2;', '2_b.sql': 'no' });
    const project = await readFiles([join(dir, '1_a.sql')], { placeholders: {} });
    expect(project).toMatchObject({ format: 'dbmate', dir });
    expect(project.migrations[0]?.statements.map(({ sql }) => sql)).toEqual(['select 1']);
  });

  test('that do not exist are named', async () => {
    expect((await failure(readFiles(['no.sql'], { placeholders: {}, cwd: dir }))).message).toContain('no.sql');
  });
});

describe('what a tool refuses', () => {
  test.each([
    ['dbmate', '-- migrate:up\nselect 1;', 'without "-- migrate:down"'],
    ['dbmate', 'select 0;\n-- migrate:up\n-- migrate:down', 'stands before'],
    ['dbmate', '-- migrate:up\n-- migrate:down\n-- migrate:up', '1_a.sql:3: a second'],
    ['goose', '-- +goose Up\ndo $$ begin\nperform 1;\nend $$;', '1_a.sql:3: goose ends the statement'],
    ['goose', '-- +goose Up\n-- +goose StatementBegin\nselect 1;', 'without StatementEnd'],
    ['goose', '-- +goose Down\n-- +goose Up\nselect 1;', 'before "-- +goose Down"'],
  ])('%s: %j', async (format, text, message) => {
    write({ '1_a.sql': text });
    const error = await failure(read(format));
    expect(error).toMatchObject({ code: 'script-invalid', message: expect.stringContaining(message) });
  });
});

test('a project that was copied reads the same', async () => {
  write({ 'one/1_a.sql': '-- Estimated Duration: < 5 min\nselect 1' });
  cpSync(join(dir, 'one'), join(dir, 'two'), { recursive: true });
  const { dir: first, ...one } = await readProject(join(dir, 'one'), options);
  const { dir: second, ...two } = await readProject(join(dir, 'two'), options);
  expect(first).not.toBe(second);
  expect(one).toEqual(two);
  expect(one.migrations[0]?.claims).toMatchObject([{ kind: 'duration', durationMs: 300_000, line: 1 }]);
});
