import { describe, expect, it } from 'vitest';
import { flyway } from '../../../../src/foundation/project/formats/flyway.js';
import { filesInMemory, noPlaceholders } from './files-in-memory.js';

const read = (texts: Record<string, string>, placeholders: Record<string, string> = {}) =>
  flyway.read(filesInMemory(texts), { placeholders });
const ids = (texts: Record<string, string>) => read(texts).migrations.map((migration) => migration.id);

describe('order', () => {
  it('compares versions by number, whatever parts them and in whatever folder they lie', () => {
    expect(ids({ 'V10__c.sql': '', 'V2__b.sql': '', 'old/V1_10__a.sql': '', 'V1.9__a.sql': '' })).toEqual([
      '1.9',
      '1.10',
      '2',
      '10',
    ]);
  });
  it('puts repeatables last, by description', () => {
    expect(ids({ 'R__b_view.sql': '', 'R__a_view.sql': '', 'V1__x.sql': '' })).toEqual(['1', 'R__a_view', 'R__b_view']);
    expect(read({ 'R__v.sql': '' }).migrations[0]?.repeatable).toBe(true);
  });
  it('starts from the newest baseline', () => {
    const project = read({ 'V1__a.sql': '', 'V2__b.sql': '', 'B2__base.sql': '', 'V3__c.sql': '' });
    expect(project.migrations.map((migration) => migration.up.path)).toEqual(['B2__base.sql', 'V3__c.sql']);
    expect(project.notes.join()).toContain('stands for 2 earlier files');
  });
  it('refuses two files of one version', () => {
    expect(() => ids({ 'V1__a.sql': '', 'V1.0__b.sql': '' })).toThrow(/both have version 1/);
    expect(() => ids({ 'R__a.sql': '', 'x/R__a.sql': '' })).toThrow(/both have the description/);
  });
});

describe('undo', () => {
  it('is the way back of the same version', () => {
    const project = read({ 'V1.0__a.sql': 'create table a ();', 'U1__a.sql': 'drop table a;', 'U7__x.sql': '' });
    expect(project.migrations[0]?.down?.text).toBe('drop table a;');
    expect(project.notes).toEqual(['U7__x.sql undoes version 7, but there is no such migration.']);
  });
});

describe('transactions', () => {
  const up = (text: string, conf?: string) =>
    read({ 'V1__a.sql': text, ...(conf !== undefined && { 'V1__a.sql.conf': conf }) });
  const mode = (text: string, conf?: string) => up(text, conf).migrations[0]?.up.transaction.mode;

  it.each([
    'create unique  index\n concurrently i on t (a);',
    'DROP INDEX CONCURRENTLY i;',
    'vacuum t;',
    'ALTER SYSTEM SET work_mem = 1;',
    'reindex (verbose) schema public;',
    'REINDEX DATABASE d;',
    'create /* now */ database d;',
    'discard all;',
  ])('are left out for %s', (sql) => {
    expect(mode(sql)).toBe('none');
    expect(up(sql).notes).toEqual([]);
  });
  it.each([
    'create index i on t (a);',
    "comment on table t is 'create index concurrently';",
    'create function f() returns int language sql as $$ select 1; vacuum $$;',
    'alter type e add value $$x$$;',
    'reindex table concurrently t;',
    'vacuumed();',
  ])('are kept for %s', (sql) => {
    expect(mode(sql)).toBe('single');
  });
  it('mixed with others get a note', () => {
    const project = up('create table t ();\ncreate index concurrently i on t (a);');
    expect(project.migrations[0]?.up.transaction.mode).toBe('none');
    expect(project.notes[0]).toMatch(/line 2, CREATE INDEX CONCURRENTLY.*mixed=true/);
  });
  it('follow the .conf file', () => {
    expect(mode('create table t ();', 'executeInTransaction=false\n')).toBe('none');
    expect(mode('vacuum;', 'executeInTransaction = true')).toBe('single');
    expect(up('select 1;', 'executeInTransaction=false').migrations[0]?.up.includes).toEqual(['V1__a.sql.conf']);
  });
});

describe('placeholders', () => {
  it('take their values from the options, whatever their case', () => {
    const project = read(
      { 'V1__a.sql': 'grant ${Rights} on ${flyway:defaultSchema}.t to ${role};' },
      { rights: 'select', role: 'app' },
    );
    expect(project.migrations[0]?.up.text).toBe('grant select on public.t to app;');
  });
  it('without a value are refused by file and line', () => {
    expect(() => read({ 'V1__a.sql': 'select 1;\nselect ${x};' })).toThrow(
      expect.objectContaining({
        code: 'script-invalid',
        message: expect.stringContaining('V1__a.sql:2'),
        remedy: expect.stringContaining('project.placeholders'),
      }),
    );
    expect(() => read({ 'V1__a.sql': 'grant all on t to ${flyway:user};' })).toThrow(/connection/);
  });
  it('can be switched off', () => {
    const project = read({ 'V1__a.sql': 'select ${x};', 'V1__a.sql.conf': 'placeholderReplacement=false' });
    expect(project.migrations[0]?.up.text).toBe('select ${x};');
  });
});

it('says what it leaves out', () => {
  const { notes } = read({
    'V1__a.sql': '',
    'afterMigrate.sql': '',
    'V2__b.java': '',
    'notes.sql': '',
    'V3__c.sql': '',
    'V3__c.sql.conf': 'shouldExecute=false',
  });
  expect(notes).toHaveLength(4);
  expect(notes.join()).toMatch(/V2__b.java.*afterMigrate.*callbacks.*notes.sql.*V3__c.sql.*shouldExecute/);
});

it('matches its own names alone', () => {
  expect(flyway.matches(filesInMemory({ 'V1__a.sql': '' }))).not.toBeNull();
  expect(flyway.matches(filesInMemory({ '0001_a.sql': '', 'V1.sql': '' }))).toBeNull();
  expect(flyway.read(filesInMemory({}), noPlaceholders).migrations).toEqual([]);
});
