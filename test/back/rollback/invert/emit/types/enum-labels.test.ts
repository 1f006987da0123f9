import { expect, test } from 'vitest';
import { planLabels } from '../../../../../../src/back/rollback/invert/emit/types/enum-labels.js';

test('labels that took the place of others were renamed', () => {
  expect(planLabels(['blue', 'ok', 'joyful'], ['sad', 'ok', 'happy'])).toEqual({
    way: 'rename',
    renames: [
      ['blue', 'sad'],
      ['joyful', 'happy'],
    ],
  });
});

test('the same labels in another order take a new type', () => {
  expect(planLabels(['b', 'a'], ['a', 'b'])).toEqual({ way: 'rebuild', lost: [] });
});

test('a label that was there before at another place was not renamed', () => {
  expect(planLabels(['a', 'c', 'x'], ['a', 'b', 'c'])).toEqual({ way: 'rebuild', lost: ['x'] });
});

test('added labels are lost, removed ones are not', () => {
  expect(planLabels(['a', 'new', 'b'], ['a', 'b'])).toEqual({ way: 'rebuild', lost: ['new'] });
  expect(planLabels(['a'], ['a', 'b'])).toEqual({ way: 'rebuild', lost: [] });
});
