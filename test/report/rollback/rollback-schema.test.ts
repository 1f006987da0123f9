import { readFileSync } from 'node:fs';
import { expect, expectTypeOf, test } from 'vitest';
import type { z } from 'zod';
import type { RollbackReport } from '../../../src/model/rollback-report.js';
import { renderJson } from '../../../src/report/json.js';
import { rollbackJsonSchema, rollbackSchema } from '../../../src/report/rollback-schema.js';
import { sampleRollback } from './sample-rollback.js';
import type { DeepReadonly } from '../../support/deep-readonly.js';

test('the schema describes exactly what the model says', () => {
  expectTypeOf<DeepReadonly<z.infer<typeof rollbackSchema>>>().toEqualTypeOf<DeepReadonly<RollbackReport>>();
});

test('the published schema is made from this source', () => {
  const path = new URL('../../../schemas/rollback.schema.json', import.meta.url);
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(rollbackJsonSchema());
});

test('a report is valid and comes back unchanged', () => {
  expect(rollbackSchema.parse(JSON.parse(renderJson(sampleRollback)))).toEqual(sampleRollback);
});

test.each<[string, object]>([
  ['another kind', { kind: 'test' }],
  ['an unknown action', { action: 'guess' }],
  ['an entry without a story', { migrations: [{ ...sampleRollback.migrations[0], story: null }] }],
])('%s is no report of rollbacks', (_, change) => {
  expect(rollbackSchema.safeParse({ ...sampleRollback, ...change }).success).toBe(false);
});
