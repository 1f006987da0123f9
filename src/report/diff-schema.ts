import { z } from 'zod';
import { facets, objectKinds } from '../model/schema-snapshot.js';
import { tool } from './schema-parts.js';

const facet = z.enum(facets);
const byFacet = <Value extends z.ZodType>(value: Value) =>
  z.object(Object.fromEntries(facets.map((name) => [name, value])) as Record<(typeof facets)[number], Value>);

const side = z.object({
  name: z.string().describe('As it was named, without secrets'),
  source: z.enum(['database', 'migrations', 'dump']),
  server: z.object({ version: z.string(), major: z.number() }),
  objects: z.number(),
  fingerprint: z.object({ major: z.number(), facets: byFacet(z.string().describe('SHA-256, hex')) }),
});

const fact = z.object({
  facet,
  fact: z.string(),
  before: z.json().optional().describe('Missing where the fact is not there'),
  after: z.json().optional(),
});

const difference = z.object({
  change: z.enum(['added', 'removed', 'changed']),
  kind: z.enum(objectKinds),
  identity: z.string().describe('As pg_identify_object writes it'),
  parent: z.string().nullable().describe('Kind and identity of what it is a part of'),
  facts: z.array(fact).describe('What differs; of an object that only one side has, all its facts'),
});

/** The report's shape as a validator. The types in `model` stay the truth: a test holds the two equal. */
export const diffSchema = z.object({
  kind: z.literal('diff'),
  version: z.literal(1),
  tool,
  before: side,
  after: side,
  facets: z.array(facet).describe('What was compared'),
  same: z.boolean().describe('Nothing differs in what was compared'),
  differences: z.array(difference),
  totals: byFacet(z.number()).describe('Objects that differ in each facet, compared or not'),
  normalisations: z.array(z.string()).describe('What was made equal because the two majors write it in two ways'),
  notes: z.array(z.string()),
});

/** JSON Schema (draft 2020-12) of the report, as it stands in `schemas/`. Unknown properties are allowed, so fields can be added. */
export function diffJsonSchema(): Readonly<Record<string, unknown>> {
  const schema = z.toJSONSchema(diffSchema, { target: 'draft-2020-12', io: 'input' });
  return { ...schema, title: 'lockkeeper diff report' };
}
