import { readFileSync } from 'node:fs';
import { expect, expectTypeOf, test } from 'vitest';
import type { z } from 'zod';
import type { LocksReport } from '../../src/model/locks-report.js';
import { renderJson } from '../../src/report/json.js';
import { locksJsonSchema, locksSchema } from '../../src/report/locks-schema.js';
import { sampleLocks } from './locks/sample-locks.js';
import type { DeepReadonly } from '../support/deep-readonly.js';

test('the schema describes exactly what the model says', () => {
  expectTypeOf<DeepReadonly<z.infer<typeof locksSchema>>>().toEqualTypeOf<DeepReadonly<LocksReport>>();
});

test('the published schema is made from this source', () => {
  const published: unknown = JSON.parse(
    readFileSync(new URL('../../schemas/locks.schema.json', import.meta.url), 'utf8'),
  );
  expect(published).toEqual(locksJsonSchema());
});

test('a report is valid and comes back unchanged', () => {
  const parsed: unknown = JSON.parse(renderJson(sampleLocks));
  expect(locksSchema.parse(parsed)).toEqual(sampleLocks);
});
