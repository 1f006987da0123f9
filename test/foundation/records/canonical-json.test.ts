import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson } from '../../../src/foundation/records/canonical-json.js';

test('sorts keys by code unit and writes no white space', () => {
  expect(canonicalJson({ b: [1, null, true], a: { '€': 1, '\r': 2, '1': 3, '😀': 4, '\ufb33': 5 } })).toBe(
    '{"a":{"\\r":2,"1":3,"€":1,"😀":4,"\ufb33":5},"b":[1,null,true]}',
  );
});

test.each([
  [-0, '0'],
  [1e21, '1e+21'],
  [0.000001, '0.000001'],
  [1e-7, '1e-7'],
  ['\u0007"\\/', '"\\u0007\\"\\\\/"'],
])('writes %j as RFC 8785 does', (value, expected) => {
  expect(canonicalJson(value)).toBe(expected);
});

test.each([
  [{ a: [1, undefined] }, 'undefined at $.a[1]'],
  [{ a: undefined }, 'undefined at $.a'],
  [[Number.NaN], 'NaN at $[0]'],
  [Number.POSITIVE_INFINITY, 'Infinity at $'],
  [{ when: new Date(0) }, 'Date at $.when'],
  [{ bytes: 1n }, 'bigint at $.bytes'],
  ['\ud800', 'a lone surrogate at $'],
  [Object.assign([], { length: 1 }), 'undefined at $[0]'],
])('refuses what JSON cannot say (%#)', (value, message) => {
  expect(() => canonicalJson(value)).toThrow(message);
});

test('reads back as the same value, and writes the same for any order of keys', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = canonicalJson(value);
      // -0 becomes 0, as JSON.stringify has it too.
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(canonicalJson(JSON.parse(text))).toBe(text);
    }),
  );
});
