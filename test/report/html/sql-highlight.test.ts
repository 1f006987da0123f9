import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { highlightSql, tokenizeSql } from '../../../src/report/html/sql-highlight.js';

function kindsOf(sql: string): readonly string[] {
  return tokenizeSql(sql)
    .filter((token) => token.text.trim() !== '')
    .map((token) => `${token.kind} ${token.text.trim()}`);
}

describe('tokens', () => {
  test.each<[string, readonly string[]]>([
    ["SELECT 'it''s' -- x", ['keyword SELECT', "string 'it''s'", 'comment -- x']],
    ["E'a\\'b' 1.5e3", ["string E'a\\'b'", 'number 1.5e3']],
    ['/* a /* b */ c */ x', ['comment /* a /* b */ c */', 'plain x']],
    ['$f$ select $$ $f$ 2', ['string $f$ select $$ $f$', 'number 2']],
    ['"select" $1', ['name "select"', 'plain $', 'number 1']],
    ["'never closed -- x", ["string 'never closed -- x"]],
    ['/* never closed', ['comment /* never closed']],
    ['selected', ['plain selected']],
  ])('%s', (sql, kinds) => expect(kindsOf(sql)).toEqual(kinds));

  test('joined, are the input', () => {
    const pieces = fc.constantFrom(
      "'",
      '"',
      '$$',
      '$a$',
      '--',
      '/*',
      '*/',
      '\\',
      '\n',
      ' ',
      'select',
      '1',
      'é',
      '\u0000',
      '<',
      'E',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 30 }), (parts) => {
        const sql = parts.join('');
        expect(
          tokenizeSql(sql)
            .map((token) => token.text)
            .join(''),
        ).toBe(sql);
      }),
      { numRuns: 300 },
    );
  });
});

test('markup in SQL stays text', () => {
  expect(String(highlightSql("select '</script>'"))).toBe(
    '<span class="k">select</span> <span class="s">&#39;&lt;/script&gt;&#39;</span>',
  );
});
