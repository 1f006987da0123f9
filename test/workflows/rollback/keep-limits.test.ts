import { expect, test } from 'vitest';
import { readKeepLimits } from '../../../src/workflows/rollback/keep-limits.js';

test('what is kept always has an end: the flag, else the configuration, else 30 days', () => {
  expect(readKeepLimits({}, null)).toEqual({ rows: 1_000_000, days: 30 });
  expect(readKeepLimits({ keepDays: 7, keepRows: 50 }, null)).toEqual({ rows: 50, days: 7 });
  expect(readKeepLimits({ keepDays: 7 }, 3)).toEqual({ rows: 1_000_000, days: 3 });
});

test.each([0, -1, 1.5, 'for ever', 4000])('policy.limits.keepDays: %s is refused', (keepDays) => {
  expect(() => readKeepLimits({ keepDays }, null)).toThrow('policy.limits.keepDays');
});

test('so are days of the flag that nobody lives to see', () => {
  expect(() => readKeepLimits({}, 4000)).toThrow('too long');
});
