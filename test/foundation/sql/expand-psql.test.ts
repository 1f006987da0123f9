import { describe, expect, test } from 'vitest';
import { expandPsql } from '../../../src/foundation/sql/expand-psql.js';
import { ChangeSafetyError } from '../../../src/model/change-safety-error.js';

function expand(
  text: string,
  files: Readonly<Record<string, string>> = {},
  variables: Readonly<Record<string, string>> = {},
) {
  const include = (name: string, from: string | null) => {
    const path = from === null ? name : from.replace(/[^/]*$/, name);
    const found = files[path];
    return found === undefined ? null : { path, text: found };
  };
  return expandPsql(text, { path: 'main.sql', firstLine: 1, variables, include });
}

const texts = (...input: Parameters<typeof expand>) => expand(...input).statements.map(({ sql }) => sql);

describe('variables', () => {
  test('stand bare, as a literal and as a name', () => {
    const text = "\\set name 'O''Neil'\n\\set table Orders\nselect :'name', :\"table\" from :table;";
    expect(texts(text)).toEqual([`select 'O''Neil', "Orders" from Orders`]);
  });

  test('are left alone when unset, in quotes, in casts and in slices', () => {
    const text = `\\set a 1\nselect ':a', ":a", 2::a, x[1:b], $$:a$$, y[:a] -- :a`;
    expect(texts(text)).toEqual([`select ':a', ":a", 2::a, x[1:b], $$:a$$, y[1]`]);
  });

  test('can be given from outside, joined and unset', () => {
    expect(texts("\\set b 'x ' :a 'y'\nselect :'b'; \\unset b\nselect :b", {}, { a: '7' })).toEqual([
      "select 'x 7y'",
      'select :b',
    ]);
  });

  test('leave spans where the source has them', () => {
    const { statements } = expand("\\set a 'long long'\nselect :'a'; select 2;");
    expect(statements[1]?.span).toMatchObject({ line: 2, column: 14 });
  });
});

describe('included files', () => {
  test('\\i from the project, \\ir from beside the including file', () => {
    const files = { 'sub/a.sql': 'select 1;\n\\ir b.sql\nselect 3', 'sub/b.sql': '-- b\nselect 2;' };
    const { statements, includes } = expand('\\i sub/a.sql\nselect 4;', files);
    expect(statements.map(({ sql, span }) => `${span.path}:${span.line} ${sql}`)).toEqual([
      'sub/a.sql:1 select 1',
      'sub/b.sql:2 select 2',
      'sub/a.sql:3 select 3',
      'main.sql:2 select 4',
    ]);
    expect(includes).toEqual(['sub/a.sql', 'sub/b.sql']);
  });

  test('may be included twice, share variables, and end at \\q', () => {
    expect(texts('\\i a.sql\n\\i a.sql\nselect :x', { 'a.sql': '\\set x 5\nselect 1;\n\\q\nselect 9;' })).toEqual([
      'select 1',
      'select 1',
      'select 5',
    ]);
  });
});

test('output commands change nothing', () => {
  const text =
    "\\restrict abc\n\\set ON_ERROR_STOP on\n\\echo it's\n\\timing\n\\pset pager off\nselect 1;\n\\unrestrict abc";
  expect(texts(text)).toEqual(['select 1']);
});

test('rows of COPY hold backslashes and colons that mean nothing', () => {
  const { statements } = expand('\\set a 1\ncopy t from stdin;\n\\N\t:a\n\\.\nselect :a;');
  expect(statements.map(({ sql, copyData }) => [sql, copyData])).toEqual([
    ['copy t from stdin', '\\N\t:a\n'],
    ['select 1', null],
  ]);
});

test.each([
  ['select 1;\n\\copy t from x', 'main.sql:2', 'copy'],
  ['\\c other', 'main.sql:1', '\\c '],
  ['\\connect other', 'main.sql:1', 'connect'],
  ['select 1 \\gexec', 'main.sql:1', 'gexec'],
  ['\n\\if :x', 'main.sql:2', '\\if'],
  ['\\i none.sql', 'main.sql:1', 'none.sql'],
  ['\\i loop.sql', 'loop.sql:2', 'includes itself'],
  ['select\n\\i a.sql', 'main.sql:2', 'inside a statement'],
  ['\\set x `date`', 'main.sql:1', 'shell'],
  ['\\! rm x', 'main.sql:1', '\\!'],
  ['\\set AUTOCOMMIT off', 'main.sql:1', 'AUTOCOMMIT'],
  ["\\set q 'select 1;'\n:q", 'main.sql:2', 'semicolon'],
])('%j is refused with its place', (text, place, word) => {
  const attempt = () => expand(text, { 'loop.sql': '-- x\n\\i loop.sql', 'a.sql': '' });
  expect(attempt).toThrow(ChangeSafetyError);
  expect(attempt).toThrow(new RegExp(`^${place}: `));
  expect(attempt).toThrow(word);
});
