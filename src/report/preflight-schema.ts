import { z } from 'zod';
import type { JsonValue } from '../model/json.js';
import { complexity, tool } from './schema-parts.js';

/** What a gate or a criterion read has the shape that it likes. */
const anyJson = z.unknown() as unknown as z.ZodType<JsonValue>;

const waiver = z.object({
  gate: z.string(),
  target: z.string(),
  by: z.string(),
  reason: z.string(),
  grantedAt: z.string(),
  expiresAt: z.string(),
  record: z.string().optional().describe('Digest of the record that holds its signature'),
});

const gate = z.object({
  id: z.string(),
  title: z.string(),
  verdict: z.enum(['pass', 'warn', 'block', 'unknown']).describe('unknown blocks, unless it is waived'),
  reason: z.string().describe('What was found'),
  remedy: z.string().nullable().describe('What to do about it; null when it passes'),
  observation: anyJson.describe('What was read, before anybody judged it'),
  waiver: waiver.nullable().describe('Lets it through; its verdict stays as it is'),
  durationMs: z.number(),
});

/** The report's shape as a validator. The types in `model` stay the truth: a test holds the two equal. */
export const preflightSchema = z.object({
  kind: z.literal('preflight'),
  version: z.literal(1),
  tool,
  server: z.object({ major: z.number(), version: z.string() }),
  target: z.string().nullable().describe('Name of the configured target; null for a connection string'),
  tier: z.number(),
  migrations: z.array(z.object({ id: z.string(), path: z.string(), risk: complexity })),
  changeDigest: z.string(),
  gates: z.array(gate),
  verdict: z.enum(['pass', 'warn', 'block']).describe('block: a gate blocks, or nobody knows, and nobody waived it'),
  notes: z.array(z.string()),
  startedAt: z.string(),
  durationMs: z.number(),
});

/** JSON Schema (draft 2020-12) of the report, as it stands in `schemas/`. Unknown properties are allowed, so fields can be added. */
export function preflightJsonSchema(): Readonly<Record<string, unknown>> {
  const schema = z.toJSONSchema(preflightSchema, { target: 'draft-2020-12', io: 'input' });
  return { ...schema, title: 'lockkeeper preflight report' };
}
