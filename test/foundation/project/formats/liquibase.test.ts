import { describe, expect, it } from 'vitest';
import { liquibase } from '../../../../src/foundation/project/formats/liquibase.js';
import { splitScript } from '../../../../src/foundation/sql/split-script.js';
import { filesInMemory, noPlaceholders } from './files-in-memory.js';

const head = '--liquibase formatted sql\n';
const read = (texts: Record<string, string>, placeholders: Record<string, string> = {}) =>
  liquibase.read(filesInMemory(texts), { placeholders });
const only = (body: string) => read({ 'a.sql': head + body });

it('makes each changeset a migration and keeps line numbers', () => {
  const project = only(`
--changeset ann:1
--comment: the first table
create table a ();
--rollback drop table a;

-- changeset bob:2 runInTransaction:false
--validCheckSum: ANY
create index concurrently i on a (x);
`);
  expect(project.migrations.map(({ id, name, up }) => [id, name, up.transaction.mode])).toEqual([
    ['ann:1', 'the first table', 'single'],
    ['bob:2', '2', 'none'],
  ]);
  const lines = project.migrations.map(({ up }) => splitScript(up.text, up).map(({ sql, span }) => [sql, span.line]));
  expect(lines).toEqual([[['create table a ()', 5]], [['create index concurrently i on a (x)', 10]]]);
  const down = project.migrations[0]?.down;
  expect([down?.text, down?.firstLine]).toEqual(['drop table a;', 6]);
  expect(project.migrations[1]?.down).toBeNull();
});

it('joins rollbacks of several lines, keeps empty ones and reads the block form', () => {
  const project = only(
    '--changeset a:1\nselect 1;\n--rollback drop table b;\n--rollback drop table a;\n--changeset a:2\nselect 2;\n--rollback empty\n--changeset a:3\nselect 3;\n/* liquibase rollback\ndrop table c;\n*/\nselect 4;\n',
  );
  expect(project.migrations.map(({ down }) => down?.text.trim())).toEqual([
    'drop table b;\ndrop table a;',
    '',
    'drop table c;',
  ]);
  const last = project.migrations[2]?.up;
  expect(last && splitScript(last.text, last).map(({ sql, span }) => [sql, span.line])).toEqual([
    ['select 3', 10],
    ['select 4', 14],
  ]);
});

describe('splitting', () => {
  const delimiter = (attributes: string) =>
    only(`--changeset a:1 ${attributes}\nselect 1;\n`).migrations[0]?.up.delimiter;
  it.each([
    ['', undefined],
    ['splitStatements:false', null],
    ['endDelimiter:/', '/'],
    ['splitStatements:true endDelimiter:\\n@', '\n@'],
  ])('follows "%s"', (attributes, expected) => {
    expect(delimiter(attributes)).toBe(expected);
  });
  it('of the rollback has attributes of its own', () => {
    const [migration] = only(
      '--changeset a:1 splitStatements:false rollbackEndDelimiter:@\nselect 1;\n--rollback select 2@\n',
    ).migrations;
    expect([migration?.up.delimiter, migration?.down?.delimiter]).toEqual([null, '@']);
  });
});

it('warns where Liquibase may cut inside dollar quotes', () => {
  const body = 'create function f() returns int language plpgsql as $x$ begin return 1; end $x$;';
  expect(only(`--changeset a:1\n${body}`).notes).toEqual([expect.stringContaining('inside dollar quotes')]);
  expect(only(`--changeset a:1 splitStatements:false\n${body}`).notes).toEqual([]);
  expect(only('--changeset a:1\nselect $$a$$; select $$b$$;').notes).toEqual([]);
});

it('takes files in the order of their paths and tells equal ids apart', () => {
  const project = read({
    'b/x.sql': `${head}--changeset a:1\nselect 2;`,
    'a.sql': `${head}--changeset a:1\nselect 1;`,
  });
  expect(project.migrations.map(({ id }) => id)).toEqual(['a:1 (a.sql)', 'a:1 (b/x.sql)']);
  expect(() => only('--changeset a:1\nselect 1;\n--changeset a:1\nselect 2;')).toThrow(/a.sql:4.*twice/);
});

it('fills parameters from properties and options, and leaves unknown ones', () => {
  const project = read(
    { 'a.sql': `${head}--property name:t value:users\n--changeset a:1\nselect '\${t}', '\${u}', '\${v}';` },
    { u: 'x' },
  );
  expect(project.migrations[0]?.up.text).toBe("select 'users', 'x', '${v}';");
});

it('leaves out what is for another database, ignored or between ignoreLines', () => {
  const project = only(
    '--changeset a:1 dbms:mysql\nselect 1;\n--changeset a:2 ignore:true\nselect 2;\n--changeset a:3 dbms:"h2,postgresql" runOnChange:true\n--ignoreLines:start\nselect 3;\n--ignoreLines:end\nselect 4;\n--ignoreLines:1\nselect 5;\nselect 6;\n--changeset a:4 dbms:!oracle\nselect 7;',
  );
  expect(project.migrations.map(({ id, repeatable }) => [id, repeatable])).toEqual([
    ['a:3', true],
    ['a:4', undefined],
  ]);
  const up = project.migrations[0]?.up;
  expect(up && splitScript(up.text, up).map(({ sql, span }) => [sql, span.line])).toEqual([
    ['select 4', 10],
    ['select 6', 13],
  ]);
  expect(project.notes).toHaveLength(2);
});

it('notes preconditions, contexts, plain SQL and changelogs in other languages', () => {
  const { notes } = read({
    'a.sql': `${head}--changeset a:1 context:test\n--preconditions onFail:MARK_RAN\n--precondition-sql-check expectedResult:0 select 0\nselect 1;\n`,
    'plain.sql': 'select 2;',
    'changelog-master.xml': '<databaseChangeLog><include file="a.sql"/></databaseChangeLog>',
    'package.json': '{}',
  });
  expect(notes).toHaveLength(4);
  expect(notes.join('\n')).toMatch(
    /plain.sql is left out[\s\S]*changelog-master.xml[\s\S]*--exec[\s\S]*preconditions of a:1[\s\S]*1 changeset has contexts/,
  );
});

it('matches its first line alone and refuses a changeset without an id', () => {
  expect(liquibase.matches(filesInMemory({ 'a.sql': '\n-- Liquibase formatted SQL\n' }))).toContain('a.sql');
  expect(liquibase.matches(filesInMemory({ 'a.sql': 'select 1; -- liquibase formatted sql' }))).toBeNull();
  expect(() => only('--changeset one\nselect 1;')).toThrow(/a.sql:2: a changeset needs/);
  expect(liquibase.read(filesInMemory({}), noPlaceholders).migrations).toEqual([]);
});
