import { readFileSync } from 'node:fs';
import { expect, expectTypeOf, test } from 'vitest';
import type { z } from 'zod';
import type { KeepReport } from '../../../src/model/keep-report.js';
import { renderJson } from '../../../src/report/json.js';
import { keepJsonSchema, keepSchema } from '../../../src/report/keep-schema.js';
import { sampleKeep } from './sample-keep.js';
import type { DeepReadonly } from '../../support/deep-readonly.js';

test('the schema describes exactly what the model says', () => {
  expectTypeOf<DeepReadonly<z.infer<typeof keepSchema>>>().toEqualTypeOf<DeepReadonly<KeepReport>>();
});

test('the published schema is made from this source', () => {
  const path = new URL('../../../schemas/keep.schema.json', import.meta.url);
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(keepJsonSchema());
});

test('a report is valid and comes back unchanged; one of another kind is not', () => {
  expect(keepSchema.parse(JSON.parse(renderJson(sampleKeep)))).toEqual(sampleKeep);
  expect(keepSchema.safeParse({ ...sampleKeep, kind: 'test' }).success).toBe(false);
});
