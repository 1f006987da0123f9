import { readFileSync } from 'node:fs';
import { expect, expectTypeOf, test } from 'vitest';
import type { z } from 'zod';
import type { Rehearsal } from '../../src/model/rehearsal.js';
import { renderJson } from '../../src/report/json.js';
import { rehearsalJsonSchema, rehearsalSchema } from '../../src/report/rehearsal-schema.js';
import { hostileRehearsal } from './hostile-rehearsal.js';
import { rehearsalOf, shopRehearsal } from './sample-rehearsal.js';
import type { DeepReadonly } from '../support/deep-readonly.js';

test('the schema describes exactly what the model says', () => {
  expectTypeOf<DeepReadonly<z.infer<typeof rehearsalSchema>>>().toEqualTypeOf<DeepReadonly<Rehearsal>>();
});

test('the published schema is made from this source', () => {
  const published: unknown = JSON.parse(
    readFileSync(new URL('../../schemas/rehearsal.schema.json', import.meta.url), 'utf8'),
  );
  expect(published).toEqual(rehearsalJsonSchema());
  expect(published).toMatchObject({ $schema: 'https://json-schema.org/draft/2020-12/schema' });
});

test.each([
  ['the shop', shopRehearsal],
  ['nothing', rehearsalOf({})],
  ['hostile text', hostileRehearsal],
  ['inconclusive', rehearsalOf({ verdict: 'inconclusive', inconclusive: ['extension postgis is not on the stage'] })],
])('the report of %s is valid and comes back unchanged', (_, rehearsal) => {
  const text = renderJson(rehearsal);
  expect(text.endsWith('}\n')).toBe(true);
  const parsed: unknown = JSON.parse(text);
  expect(parsed).toEqual(rehearsal);
  expect(rehearsalSchema.parse(parsed)).toEqual(rehearsal);
});

test('what is not a report is refused', () => {
  expect(rehearsalSchema.safeParse({ ...shopRehearsal, verdict: 'fine' }).success).toBe(false);
});
