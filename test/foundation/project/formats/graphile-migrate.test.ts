import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { graphileMigrate } from '../../../../src/foundation/project/formats/graphile-migrate.js';
import { splitScript } from '../../../../src/foundation/sql/split-script.js';
import { filesInMemory, noPlaceholders } from './files-in-memory.js';

const read = (texts: Record<string, string>, placeholders: Record<string, string> = {}) =>
  graphileMigrate.read(filesInMemory(texts), { placeholders });

function commit(
  previous: string | null,
  body: string,
  message?: string,
): { readonly text: string; readonly hash: string } {
  const hash = `sha1:${createHash('sha1')
    .update(previous === null ? `${body}\n` : `${previous}\n${body}\n`)
    .digest('hex')}`;
  const note = message === undefined ? '' : `--! Message: ${message}\n`;
  return { hash, text: `--! Previous: ${previous ?? '-'}\n--! Hash: ${hash}\n${note}\n${body}\n` };
}

const first = commit(null, 'create table a ();', 'the first');
const second = commit(first.hash, '--! no-transaction\ncreate index concurrently i on a (x);');
const chain = { 'committed/000001.sql': first.text, 'committed/000002-add-index.sql': second.text };

it.each(['', 'migrations/', 'db/migrations/'])('reads the committed chain under "%s"', (root) => {
  const texts = Object.fromEntries(Object.entries(chain).map(([path, text]) => [root + path, text]));
  expect(graphileMigrate.matches(filesInMemory(texts))).toContain('000001.sql');
  const project = read({ ...texts, [`${root}current.sql`]: '-- Enter migration here\n' });
  expect(project.migrations.map(({ id, name, up }) => [id, name, up.transaction.mode])).toEqual([
    ['000001', 'the first', 'single'],
    ['000002', 'add index', 'implicit'],
  ]);
  const up = project.migrations[0]?.up;
  expect(up && splitScript(up.text, up)[0]?.span.line).toBe(5);
  expect(project.notes).toEqual([]);
});

describe('the chain', () => {
  it('tells of an edited file', () => {
    const edited = { ...chain, 'committed/000002-add-index.sql': second.text.replace('(x)', '(y)') };
    expect(read(edited).notes).toEqual([
      expect.stringContaining('000002-add-index.sql was changed after it was committed'),
    ]);
  });
  it('tells of a predecessor that is gone', () => {
    expect(read({ 'committed/000002.sql': second.text }).notes).toEqual([
      expect.stringContaining('does not follow from nothing'),
    ]);
  });
  it('accepts what AllowInvalidHash allows', () => {
    const text = first.text.replace('table a', 'table b').replace('\n\n', '\n--! AllowInvalidHash\n\n');
    expect(read({ 'committed/000001.sql': text }).notes).toEqual([]);
  });
});

describe('current', () => {
  it('is the last migration, includes in place', () => {
    const project = read({
      ...chain,
      'current.sql': '--! Message: next\n\ncreate table b ();\n--!include f/g.sql\n',
      'fixtures/f/g.sql': '--!include h.sql\nselect 2;',
      'fixtures/h.sql': 'select 1;\n',
    });
    const up = project.migrations.at(-1)?.up;
    expect(project.migrations.at(-1)?.id).toBe('current');
    expect(up && splitScript(up.text, up).map(({ sql }) => sql)).toEqual(['create table b ()', 'select 1', 'select 2']);
    expect(up?.includes).toEqual(['fixtures/f/g.sql', 'fixtures/h.sql']);
  });
  it('may be a folder, in the order of numbers', () => {
    const project = read({ ...chain, 'current/10-b.sql': 'select 10;', 'current/2-a.sql': 'select 2;' });
    const up = project.migrations.at(-1)?.up;
    expect(up && splitScript(up.text, up).map(({ sql }) => sql)).toEqual(['select 2', 'select 10']);
    expect(up?.includes).toEqual(['current/10-b.sql']);
    expect(() => read({ 'current/1.sql': '', 'current/01-a.sql': '' })).toThrow(/same number/);
    expect(() => read({ 'current/1.sql': '', 'current.sql': '' })).toThrow(/Both/);
  });
  it.each([
    ['--!include a.sql', { 'fixtures/a.sql': '--!include a.sql' }, /includes fixtures\/a.sql again/],
    ['--!include ../secret.sql', { 'secret.sql': '' }, /outside/],
    ['--!include gone.sql', {}, /no such file/],
  ])('refuses %s', (text, others, expected) => {
    expect(() => read({ 'current.sql': text, ...others })).toThrow(expected);
  });
});

it('wants exactly one statement without a transaction', () => {
  expect(() => read({ 'current.sql': '--! no-transaction\nselect 1;\nselect 2;' })).toThrow(/2 statements/);
});

it('fills placeholders, with or without their colon, and leaves other words', () => {
  const text = 'grant select on a to :APP_ROLE;\nselect x::TEXT, :APP_ROLES from :DATABASE_NAME;';
  const filled = read({ 'current.sql': text }, { APP_ROLE: 'app', ':DATABASE_NAME': 'shop' }).migrations[0]?.up.text;
  expect(filled).toBe('grant select on a to app;\nselect x::TEXT, :APP_ROLES from shop;');
  expect(() => read({ 'current.sql': text })).toThrow(
    expect.objectContaining({
      code: 'script-invalid',
      message: expect.stringContaining('current.sql:2'),
      remedy: expect.stringContaining('project.placeholders'),
    }),
  );
});

it('matches its headers or its settings, and notes actions around migrations', () => {
  const settings = { '.gmrc': '{ "afterAllMigrations": [{ "_": "sql", "file": "x.sql" }], "afterReset": [] }' };
  expect(graphileMigrate.matches(filesInMemory(settings))).toContain('.gmrc');
  expect(graphileMigrate.matches(filesInMemory({ 'committed/000001.sql': 'select 1;' }))).toBeNull();
  expect(graphileMigrate.read(filesInMemory(settings), noPlaceholders).notes).toHaveLength(1);
});
