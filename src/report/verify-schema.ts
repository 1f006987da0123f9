import { z } from 'zod';
import type { JsonValue } from '../model/json.js';
import { verifyWeights } from '../model/verify-report.js';
import { tool } from './schema-parts.js';

/** What an assertion read has the shape that it likes. */
const anyJson = z.unknown() as unknown as z.ZodType<JsonValue>;

const finding = z.object({
  assertion: z.string(),
  weight: z.enum(verifyWeights).describe('unknown: nobody could look; it never counts as a pass'),
  relation: z.string().nullable().describe('schema.name, each part as quote_ident writes it'),
  name: z.string().nullable().describe('Of the constraint, index, sequence, column or invariant'),
  message: z.string().describe('What is wrong, without values of rows'),
  remedy: z.string().nullable().describe('What to do; nothing of it was done'),
  rows: z.number().nullable().describe('Rows at fault, counted up to a limit'),
  range: z
    .object({ column: z.string(), from: z.string().nullable(), to: z.string().nullable() })
    .nullable()
    .describe('Part of the table, by its key; the ends are data'),
});

const assertion = z.object({
  id: z.string(),
  title: z.string(),
  verdict: z.enum(['pass', 'warn', 'fail', 'unknown', 'skipped']),
  checked: z.number(),
  findings: z.array(finding),
  notVerified: z
    .array(z.object({ relation: z.string().nullable(), name: z.string().nullable(), reason: z.string() }))
    .describe('Left out, with the reason: nothing is said of it'),
  observation: anyJson.describe('What was read, before anybody judged it'),
  durationMs: z.number(),
});

const side = z.object({ kind: z.enum(['snapshot', 'database']), name: z.string(), readAt: z.string() });

/** The report's shape as a validator. The types in `model` stay the truth: a test holds the two equal. */
export const verifySchema = z.object({
  kind: z.literal('verify'),
  version: z.literal(1),
  tool,
  server: z.object({ version: z.string(), major: z.number() }),
  target: z.string().nullable(),
  database: z.string().describe('What people call it'),
  onReplica: z.boolean(),
  action: z.enum(['assert', 'snapshot', 'compare']),
  changeDigest: z.string().nullable().describe('Of the change after which this was asked'),
  verdict: z.enum(['passed', 'failed', 'incomplete']),
  assertions: z.array(assertion),
  comparison: z
    .object({
      left: side,
      right: side,
      tables: z.number(),
      ranges: z.number(),
      rows: z.number(),
      exact: z.array(z.string()),
      findings: z.array(finding),
    })
    .nullable(),
  snapshot: z
    .object({
      path: z.string(),
      digest: z.string().describe('SHA-256 of the file'),
      tables: z.number(),
      rows: z.number(),
      unread: z.array(z.object({ relation: z.string(), reason: z.string() })),
    })
    .nullable(),
  reading: z.object({
    transactions: z.number(),
    statements: z.number(),
    longestTransactionMs: z.number(),
    longestStatementMs: z.number(),
    pausedMs: z.number(),
    heldBackMs: z.number().describe('Of these, because the application or a standby was slow'),
    retries: z.number(),
  }),
  notes: z.array(z.string()),
  startedAt: z.string(),
  durationMs: z.number(),
});

/** JSON Schema (draft 2020-12) of the report, as it stands in `schemas/`. Unknown properties are allowed, so fields can be added. */
export function verifyJsonSchema(): Readonly<Record<string, unknown>> {
  const schema = z.toJSONSchema(verifySchema, { target: 'draft-2020-12', io: 'input' });
  return { ...schema, title: 'lockkeeper verify report' };
}
