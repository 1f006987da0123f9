import { readFileSync } from 'node:fs';
import { expect, expectTypeOf, test } from 'vitest';
import type { z } from 'zod';
import type { CheckReport } from '../../src/model/check.js';
import { checkJsonSchema, checkSchema } from '../../src/report/check-schema.js';
import { renderJson } from '../../src/report/json.js';
import { sampleCheck } from './check/sample-check.js';
import type { DeepReadonly } from '../support/deep-readonly.js';

test('the schema describes exactly what the model says', () => {
  expectTypeOf<DeepReadonly<z.infer<typeof checkSchema>>>().toEqualTypeOf<DeepReadonly<CheckReport>>();
});

test('the published schema is made from this source', () => {
  const published: unknown = JSON.parse(
    readFileSync(new URL('../../schemas/check.schema.json', import.meta.url), 'utf8'),
  );
  expect(published).toEqual(checkJsonSchema());
  expect(published).toMatchObject({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'lockkeeper check report',
  });
});

test('a report is valid and comes back unchanged', () => {
  const parsed: unknown = JSON.parse(renderJson(sampleCheck));
  expect(parsed).toEqual(sampleCheck);
  expect(checkSchema.parse(parsed)).toEqual(sampleCheck);
});

test.each<[string, object]>([
  ['another kind', { kind: 'rehearsal' }],
  ['an unknown source of the schema', { server: { ...sampleCheck.server, schema: 'guess' } }],
  ['totals without errors', { totals: { info: 0, warning: 0 } }],
])('%s is no report of a check', (_, change) => {
  expect(checkSchema.safeParse({ ...sampleCheck, ...change }).success).toBe(false);
});
