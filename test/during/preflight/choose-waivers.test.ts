import { expect, test } from 'vitest';
import { chooseWaivers } from '../../../src/during/preflight/choose-waivers.js';

const terms = { now: new Date('2026-06-15T12:00:00Z'), longestDays: 14, gates: ['disk-space'] };
const waiver = {
  gate: 'disk-space',
  target: 'production',
  by: 'Ada',
  reason: 'the provider shows none',
  grantedAt: '2026-06-10',
  expiresAt: '2026-06-20',
};

test('one that is complete and holds now counts', () => {
  expect(chooseWaivers([waiver], terms)).toEqual({ valid: [waiver], refused: [] });
});

test.each([
  [{ gate: 'disk-spice' }, /no such gate/],
  [{ expiresAt: '2026-06-15T11:59:59Z' }, /expired/],
  [{ grantedAt: '2026-06-16' }, /granted from/],
  [{ expiresAt: '2026-06-25' }, /more than 14 days/],
  [{ by: ' ' }, /names nobody/],
  [{ expiresAt: 'soon' }, /not dated/],
])('%j does not', (fields, why) => {
  const { valid, refused } = chooseWaivers([{ ...waiver, ...fields }], terms);
  expect(valid).toEqual([]);
  expect(refused).toEqual([expect.stringMatching(why)]);
});
