import { describe, expect, test } from 'vitest';
import { formatBytes, formatCount, formatCounted, formatDuration, formatGrowth } from '../../src/report/units.js';

describe('durations', () => {
  test.each([
    [0, '0 ms'],
    [0.04, '<0.1 ms'],
    [1, '1.0 ms'],
    [9.94, '9.9 ms'],
    [9.96, '10 ms'],
    [999.6, '1.00 s'],
    [1240, '1.24 s'],
    [59_949, '59.9 s'],
    [59_990, '1 min'],
    [125_000, '2 min 5 s'],
    [3_599_600, '1 h'],
    [3_780_000, '1 h 3 min'],
  ])('%d ms is %s', (ms, words) => expect(formatDuration(ms)).toBe(words));
});

describe('bytes', () => {
  test.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1024, '1.0 kB'],
    [1_048_400, '1.0 MB'],
    [31_457_280, '30.0 MB'],
    [250 * 1024 ** 3, '250 GB'],
    [-8192, '−8.0 kB'],
  ])('%d bytes are %s', (bytes, words) => expect(formatBytes(bytes)).toBe(words));

  test('growth always shows its direction', () => {
    expect([8192, -8192, 0].map(formatGrowth)).toEqual(['+8.0 kB', '−8.0 kB', '0 B']);
  });
});

test('counts are grouped by thousands with a narrow space', () => {
  expect([7, 999, 1000, 1_234_567, -12_480].map(formatCount)).toEqual([
    '7',
    '999',
    '1\u202f000',
    '1\u202f234\u202f567',
    '−12\u202f480',
  ]);
  expect(formatCounted(1, 'query', 'queries')).toBe('1 query');
  expect(formatCounted(2, 'query', 'queries')).toBe('2 queries');
});
