import { expect, test } from 'vitest';
import { figureInJson, figureInPrometheus, toFigure } from '../../../src/foundation/probes/figure.js';

test.each([
  [3.5, 3.5],
  ['42', 42],
  [' 0.02\n', 0.02],
  ['', null],
  ['NaN', null],
  ['+Inf', null],
  [Number.POSITIVE_INFINITY, null],
  [null, null],
  [true, null],
])('%j is %j', (found, value) => {
  expect(toFigure(found).value).toBe(value);
  expect(toFigure(found).problem === null).toBe(value !== null);
});

test.each([
  ['17', null, 17],
  ['{"data":{"errors":[{"rate":"0.25"}]}}', 'data.errors.0.rate', 0.25],
  ['{"a":1}', 'b', null],
  ['{"a":1}', 'a.b', null],
  ['{"a":1}', 'toString', null],
  ['<html>', 'a', null],
])('%s at %s', (body, path, value) => {
  expect(figureInJson(body, path).value).toBe(value);
});

const answer = (resultType: string, result: unknown) =>
  JSON.stringify({ status: 'success', data: { resultType, result } });

test.each([
  ['a scalar', answer('scalar', [1_700_000_000, '1.5']), 1.5, null],
  ['one sample', answer('vector', [{ metric: {}, value: [1_700_000_000, '0.011'] }]), 0.011, null],
  ['no sample', answer('vector', []), null, /0 samples/],
  ['two samples', answer('vector', [{ value: [1, '1'] }, { value: [1, '2'] }]), null, /2 samples/],
  ['a range', answer('matrix', []), null, /matrix/],
  ['no figure', answer('vector', [{ value: [1, 'NaN'] }]), null, /no figure/],
  ['a fault', '{"status":"error","errorType":"bad_data"}', null, /Prometheus/],
  ['another page', 'null', null, /Prometheus/],
])('Prometheus: %s', (...[, body, value, problem]) => {
  const figure = figureInPrometheus(body);
  expect(figure.value).toBe(value);
  if (problem === null) expect(figure.problem).toBeNull();
  else expect(figure.problem).toMatch(problem);
});
