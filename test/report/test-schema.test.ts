import { readFileSync } from 'node:fs';
import { expect, expectTypeOf, test } from 'vitest';
import type { z } from 'zod';
import type { TestReport } from '../../src/model/test-report.js';
import { renderJson } from '../../src/report/json.js';
import { testJsonSchema, testSchema } from '../../src/report/test-schema.js';
import { sampleTest } from './test/sample-test.js';
import type { DeepReadonly } from '../support/deep-readonly.js';

test('the schema describes exactly what the model says', () => {
  expectTypeOf<DeepReadonly<z.infer<typeof testSchema>>>().toEqualTypeOf<DeepReadonly<TestReport>>();
});

test('the published schema is made from this source', () => {
  const published: unknown = JSON.parse(
    readFileSync(new URL('../../schemas/test.schema.json', import.meta.url), 'utf8'),
  );
  expect(published).toEqual(testJsonSchema());
});

test('a report is valid and comes back unchanged', () => {
  const parsed: unknown = JSON.parse(renderJson(sampleTest));
  expect(testSchema.parse(parsed)).toEqual(sampleTest);
});
