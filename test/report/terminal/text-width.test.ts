import fc from 'fast-check';
import { expect, test } from 'vitest';
import { textWidth, wrapProse } from '../../../src/report/terminal/text-width.js';

test('wide, combining and plain characters take their columns', () => {
  expect(textWidth('orders')).toBe(6);
  expect(textWidth('é·×')).toBe(3);
  expect(textWidth('e\u0301')).toBe(1);
  expect(textWidth('表 😀')).toBe(5);
});

test.each([
  ['a number and its unit', 'wait 12 ms', 8, ['wait', '12 ms']],
  ['a bound and its number', 'keep it ≤ 5 s', 9, ['keep it', '≤ 5 s']],
  ['a word that is longer than a line', 'a reallylongword b', 6, ['a', 'really', 'longwo', 'rd b']],
  ['white space at a break', 'one  two', 4, ['one ', 'two']],
])('%s is wrapped as people read it', (...[, text, width, lines]) => {
  expect(wrapProse(text, width)).toEqual(lines);
});

const word = fc.constantFrom('a', 'of', 'the', 'rows', 'orders', '12', 'ms', '→', '表');

test('each line is as full as it may be, and no word is lost', () => {
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 40 }), fc.integer({ min: 20, max: 40 }), (words, width) => {
      // A row of units that nothing parts is one long word.
      const text = words.join(' ').replaceAll(/ms(?: ms)+/g, 'ms');
      const lines = wrapProse(text, width);
      expect(lines.join(' ')).toBe(text);
      for (const [index, line] of lines.entries()) {
        expect(textWidth(line)).toBeLessThanOrEqual(width);
        if (index > 0) expect(line).not.toMatch(/^ms\b/);
        const [next] = /^\S+(?: ms)?/.exec(lines[index + 1] ?? '') ?? [];
        if (next !== undefined) expect(textWidth(`${line} ${next}`)).toBeGreaterThan(width);
      }
    }),
  );
});
