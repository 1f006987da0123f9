import { expect, test } from 'vitest';
import { readEnvironment } from '../../../src/foundation/runtime/environment.js';

test('the cache is where LOCKKEEPER_CACHE says, else in the XDG cache, else under home', () => {
  const variables = { HOME: '/home/ada', XDG_CACHE_HOME: '/xdg', LOCKKEEPER_CACHE: '/mine' };
  expect(readEnvironment(variables).cacheRoot).toBe('/mine');
  expect(readEnvironment({ ...variables, LOCKKEEPER_CACHE: '' }).cacheRoot).toBe('/xdg/lockkeeper');
  expect(readEnvironment({ HOME: '/home/ada' }).cacheRoot).toBe('/home/ada/.cache/lockkeeper');
});

test.each([
  [undefined, false],
  ['', false],
  ['false', false],
  ['true', true],
  ['1', true],
])('CI=%s', (CI, expected) => {
  expect(readEnvironment({ CI }).isCi).toBe(expected);
});
