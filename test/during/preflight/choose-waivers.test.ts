import { expect, test } from 'vitest';
import { chooseWaivers } from '../../../src/during/preflight/choose-waivers.js';

const terms = {
  now: new Date('2026-06-15T12:00:00Z'),
  longestDays: 14,
  gates: ['disk-space', 'approvals-given'],
  unsigned: true,
  closed: ['approvals-given'],
  refused: [],
};
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
  [{ gate: 'approvals-given' }, /no waiver opens/],
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

test('where it has to be signed, only one with a record counts', () => {
  const strict = { ...terms, unsigned: false, refused: ['That of Bob expired.'] };
  const signed = { ...waiver, record: 'abc' };
  expect(chooseWaivers([waiver, signed], strict)).toEqual({
    valid: [signed],
    refused: ['That of Bob expired.', expect.stringContaining('has to be signed')],
  });
});
