import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { splitScript } from '../../../src/foundation/sql/split-script.js';

const split = (text: string, delimiter?: string | null) =>
  splitScript(text, { path: 'a.sql', firstLine: 1, ...(delimiter !== undefined && { delimiter }) });
const texts = (text: string, delimiter?: string | null) => split(text, delimiter).map(({ sql }) => sql);

describe('a semicolon ends a statement except in', () => {
  test.each([
    ['a string', `select 'a;''b;'`],
    ['an escape string', `select E'it\\'s; '`],
    ['a continued escape string', `select E'a'\n  'b\\';'`],
    ['a unicode string', `select U&'d\\0061t;a'`],
    ['a standard string with a backslash', `select 'a\\' , ';'`],
    ['a quoted name', `select 1 as "a;""b;"`],
    ['a dollar quote', 'do $$ begin; end $$'],
    ['a tagged dollar quote', 'do $f$ select $$;$$; $f$'],
    ['a nested block comment', 'select 1 /* ; /* ; */ ; */ + 1'],
    ['a line comment', 'select 1 -- ; no\n + 1'],
    ['parentheses', 'create rule r as on insert to t do also (select 1; select 2)'],
    [
      'an unquoted body',
      'create or replace function f() returns int begin atomic select case when true then 1 end; end',
    ],
  ])('%s', (_, sql) => {
    expect(texts(`${sql}; select 2;`)).toEqual([sql, 'select 2']);
  });
});

test('a dollar sign inside a name opens no quote', () => {
  expect(texts('select a$b$ from t; select $1; select b$b$')).toEqual([
    'select a$b$ from t',
    'select $1',
    'select b$b$',
  ]);
});

test('comments around statements and empty statements are left out', () => {
  expect(texts('-- a\n/* b */ select 1 -- c\n;;\n-- d\n;')).toEqual(['select 1']);
  expect(texts('-- only a comment')).toEqual([]);
});

test('spans count lines and characters, not bytes or UTF-16 units', () => {
  const [, second, third] = split('select 1;\r\nselect\r\n 2; /* 😀é */ select 3');
  expect(second?.span).toEqual({ path: 'a.sql', line: 2, column: 1, endLine: 3 });
  expect(third?.span).toEqual({ path: 'a.sql', line: 3, column: 14, endLine: 3 });
});

test('what does not close belongs to the last statement', () => {
  expect(texts("select 1; select 'open; select 3")).toEqual(['select 1', "select 'open; select 3"]);
  expect(texts('select 1; do $$ select 2; ')).toEqual(['select 1', 'do $$ select 2; ']);
});

describe('COPY FROM stdin', () => {
  test('takes the rows up to the mark, as they stand', () => {
    const [copy, after] = split("COPY a.t (x) FROM STDIN WITH (FORMAT csv);\n1;'\r\n\\.\r\nselect 2;");
    expect(copy).toMatchObject({ sql: 'COPY a.t (x) FROM STDIN WITH (FORMAT csv)', copyData: "1;'\r\n" });
    expect(after).toMatchObject({ sql: 'select 2', span: { line: 4, column: 1 }, copyData: null });
  });

  test('takes the rest of the file without a mark, and nothing from an empty one', () => {
    expect(split('copy t from stdin;\n1\n2')[0]?.copyData).toBe('1\n2');
    expect(split('copy t from stdin;')[0]?.copyData).toBe('');
    expect(split('copy t from stdin;\n\\.\n')[0]?.copyData).toBe('');
  });

  test('leaves SQL on its own line for after the rows', () => {
    expect(texts('copy t from stdin; select 1; -- x\n1\n\\.\nselect 2')).toEqual([
      'copy t from stdin',
      'select 1',
      'select 2',
    ]);
  });

  test.each([
    'copy t from program $$x$$',
    'copy t to stdin',
    '/* copy t from stdin */ select 1',
    'select 1 from stdin',
  ])('is not %s', (sql) => {
    expect(texts(`${sql};\nselect 2;`)).toHaveLength(2);
  });
});

test('another delimiter, and none', () => {
  expect(texts("select 1; select 2;\n--> cut\nselect '--> cut'", '--> cut')).toEqual([
    'select 1; select 2',
    "select '--> cut'",
  ]);
  expect(texts('select 1;\n\n\nselect 2; ', '\n\n\n')).toEqual(['select 1', 'select 2']);
  expect(texts('-- x\nselect 1; select 2;', null)).toEqual(['select 1; select 2']);
});

test('joined again, the pieces split into the same pieces', () => {
  const piece = fc.constantFrom(
    'select 1',
    "'a;b'",
    '"c;d"',
    '$$ ; $$',
    '$t$ $$;$$ $t$',
    "E'\\';'",
    '/* ; */',
    '-- ;\n',
    '(',
    ')',
    ';',
    '\n',
    ' ',
    'é',
    'begin',
    'end',
    'case',
    'create function f()',
    ':',
    '\\',
    '😀',
    '$1',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const first = split(pieces.join(' '));
      const again = split(first.map(({ sql }) => sql).join('\n;\n'));
      expect(again.map(({ sql }) => sql)).toEqual(first.map(({ sql }) => sql));
    }),
    { numRuns: 300 },
  );
});

test('each piece stands where its span says', () => {
  const text = "select 1;\n  /* é */ select '😀' ; insert into t\nvalues (1);\n\tselect 4";
  const lines = text.split('\n');
  for (const { sql, span } of split(text)) {
    const line = [...(lines[span.line - 1] as string)].slice(span.column - 1).join('');
    expect(line.startsWith(sql.split('\n')[0] as string)).toBe(true);
  }
});

test.each([
  ['many lines', "insert into t values (1, 'some; text', E'x\\\\'); -- note\n"],
  ['one line', "insert into t values (1, 'some; text', E'x\\\\'); /* note */ "],
])('5 MB of %s take less than a second', (_, row) => {
  const count = Math.ceil(5_000_000 / row.length);
  const text = row.repeat(count);
  const start = performance.now();
  expect(split(text)).toHaveLength(count);
  expect(performance.now() - start).toBeLessThan(1000);
});
