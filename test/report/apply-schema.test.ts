import { readFileSync } from 'node:fs';
import { expect, expectTypeOf, test } from 'vitest';
import type { z } from 'zod';
import type { ApplyReport } from '../../src/model/apply-report.js';
import type { PreflightReport } from '../../src/model/preflight.js';
import { applyJsonSchema, applySchema } from '../../src/report/apply-schema.js';
import { renderJson } from '../../src/report/json.js';
import { preflightJsonSchema, preflightSchema } from '../../src/report/preflight-schema.js';
import { samplePreflight, sampleRun } from './apply/sample-run.js';
import type { DeepReadonly } from '../support/deep-readonly.js';

test('the schemas describe exactly what the model says', () => {
  expectTypeOf<DeepReadonly<z.infer<typeof applySchema>>>().toEqualTypeOf<DeepReadonly<ApplyReport>>();
  expectTypeOf<DeepReadonly<z.infer<typeof preflightSchema>>>().toEqualTypeOf<DeepReadonly<PreflightReport>>();
});

test.each([
  ['apply', applyJsonSchema()],
  ['preflight', preflightJsonSchema()],
])('the published schema of %s is made from this source', (kind, schema) => {
  const file = new URL(`../../schemas/${kind}.schema.json`, import.meta.url);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(schema);
});

test('reports are valid and come back unchanged', () => {
  expect(applySchema.parse(JSON.parse(renderJson(sampleRun)))).toEqual(sampleRun);
  expect(preflightSchema.parse(JSON.parse(renderJson(samplePreflight)))).toEqual(samplePreflight);
});

test.each<[string, object]>([
  ['another verdict', { verdict: 'perhaps' }],
  ['no state', { state: null }],
])('%s is no report of a run', (_, change) => {
  expect(applySchema.safeParse({ ...sampleRun, ...change }).success).toBe(false);
});
