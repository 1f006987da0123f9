import { describe, expect, test } from 'vitest';
import { splitConjunction } from '../../../../src/foundation/stage/fill/conditions.js';
import { rankColumns, readLiterals } from '../../../../src/foundation/stage/fill/literals.js';

describe('splitConjunction', () => {
  test.each([
    ["((a = ANY (ARRAY['x AND (y'::text])) AND (b > 0))", ["(a = ANY (ARRAY['x AND (y'::text]))", '(b > 0)']],
    ['(((c >= 1) AND (c <= 5)) AND (c <> 3))', ['(c >= 1)', '(c <= 5)', '(c <> 3)']],
    ['((a AND b) OR c)', ['((a AND b) OR c)']],
    ['(a > 1) AND ("x ) y" < 2)', ['(a > 1)', '("x ) y" < 2)']],
    ['(a > 1)', ['(a > 1)']],
  ])('%s', (expression, parts) => {
    expect(splitConjunction(expression)).toEqual(parts);
  });
});

describe('readLiterals', () => {
  test('finds strings and numbers, also those that the server prints as strings', () => {
    expect(readLiterals("((t2 > '-1'::integer) AND (x <> 'it''s'::text) AND (n < 2.5))")).toEqual({
      strings: ['-1', "it's"],
      numbers: [-1, 2.5],
    });
  });
});

describe('rankColumns', () => {
  test('puts the larger column higher, through casts, quotes and chains', () => {
    const ranks = rankColumns(['(starts < ends)', '("Last" >= ends)', '(low <= (high)::numeric)']);
    expect(Object.fromEntries(ranks)).toEqual({ starts: 0, ends: 1, Last: 2, low: 0, high: 1 });
  });

  test('ends when the comparisons contradict each other', () => {
    expect(rankColumns(['(a < b)', '(b < a)']).size).toBe(2);
  });
});
