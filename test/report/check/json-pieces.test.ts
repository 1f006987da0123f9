import { expect, test } from 'vitest';
import { jsonPieces } from '../../../src/report/check/json-pieces.js';
import { renderJson } from '../../../src/report/json.js';
import { sampleCheck } from './sample-check.js';

const [first] = sampleCheck.migrations;

test.each([0, 1, 7, 8, 9, 50])('the pieces of a report with %i migrations are its JSON', (count) => {
  const migrations = Array.from({ length: count }, (_, index) => ({ ...first!, id: String(index) }));
  const report = { ...sampleCheck, migrations };
  expect([...jsonPieces(report)].join('')).toBe(renderJson(report));
});

test('a large report comes in several pieces', () => {
  const migrations = Array.from({ length: 200 }, () => first!);
  const pieces = [...jsonPieces({ ...sampleCheck, migrations })];
  expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(pieces.join('').length / 2);
});
