import { expect, test } from 'vitest';
import { readClaims } from '../../../src/foundation/project/claims.js';

test.each([
  ['30 seconds', 30_000],
  ['< 5 min', 300_000],
  ['1 hour', 3_600_000],
  ['1-2 hours', 7_200_000],
  ['1 hour 30 minutes', 5_400_000],
  ['500ms', 500],
  ['~1.5 s', 1500],
])('"%s" is %i ms', (text, durationMs) => {
  expect(readClaims(`-- Estimated Duration: ${text}\nselect 1`, 1)).toEqual([
    { kind: 'duration', text: `-- Estimated Duration: ${text}`, line: 1, durationMs },
  ]);
});

test.each(['XX minutes', 'unknown', ''])('the template "%s" promises nothing', (text) => {
  expect(readClaims(`-- Estimated Duration: ${text}`, 1)).toEqual([]);
});

test('only the head of a text speaks', () => {
  const text = '\n-- Title\r\n-- complexity: high\r\nselect 1;\n-- Complexity: LOW';
  expect(readClaims(text, 10)).toEqual([{ kind: 'complexity', text: '-- complexity: high', line: 12, level: 'HIGH' }]);
  expect(readClaims('-- Complexity: [LOW|MEDIUM|HIGH]', 1)).toEqual([]);
});
