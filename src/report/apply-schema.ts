import { z } from 'zod';
import { preflightSchema } from './preflight-schema.js';
import { lock, tool } from './schema-parts.js';
import { runFigures, validationSchema } from './watch-schemas.js';

const attempt = z.object({
  startedAt: z.string(),
  waitedOutsideMs: z.number().describe('Spent looking for a free moment, outside of any lock queue'),
  queuedMs: z.number().nullable().describe('Spent in lock queues; null where it never waited'),
  durationMs: z.number(),
  backend: z.object({
    pid: z.number(),
    backendStart: z.string().describe('With the pid it names one backend for good'),
  }),
  failure: z
    .object({
      kind: z.enum(['lock-timeout', 'held-too-long', 'criterion', 'error', 'lost', 'interrupted']),
      sqlState: z.string().nullable(),
      message: z.string(),
      place: z.string().nullable().describe('path:line of the statement'),
    })
    .nullable()
    .describe('Null: it took effect'),
});

const step = z.object({
  id: z.string().describe('migration/number'),
  migrationId: z.string(),
  path: z.string(),
  kind: z.enum(['transaction', 'statement']),
  profile: z.enum(['short lock', 'long watched']),
  sql: z.array(z.string()),
  outcome: z
    .object({
      stepId: z.string(),
      state: z.enum(['applied', 'not-applied', 'indeterminate']),
      attempts: z.array(attempt),
      walBytes: z.number().nullable().describe("The whole server's, between start and end"),
      longestBlockedMs: z.number().describe('The longest that somebody was seen waiting for its locks'),
      locks: z
        .array(
          lock.extend({
            certainty: z
              .enum(['exact', 'sampled'])
              .describe('sampled: it commits by itself; what it held between two looks is missing'),
          }),
        )
        .nullable()
        .describe('The strongest on each relation, in the attempt that took effect; null where nobody looked'),
    })
    .nullable()
    .describe('Null for a step that was never begun'),
});

/** The report's shape as a validator. The types in `model` stay the truth: a test holds the two equal. */
export const applySchema = z.object({
  kind: z.literal('apply'),
  version: z.literal(1),
  tool,
  server: z.object({ version: z.string() }),
  target: z.string().nullable().describe('Name of the configured target; null for a connection string'),
  tier: z.number(),
  direction: z.enum(['up', 'down']),
  verdict: z.enum(['applied', 'nothing-to-do', 'aborted', 'failed', 'blocked', 'indeterminate']),
  runId: z.string().nullable().describe('In the ledger; null when nothing was begun'),
  runner: z.object({
    host: z.string(),
    processId: z.number(),
    osUser: z.string(),
    databaseUser: z.string(),
    tool: z.string(),
    tenant: z.string().optional().describe('Schema of the tenant; missing where it is the whole database'),
  }),
  changeDigest: z.string(),
  migrations: z.array(z.string()).describe('Ids of those that the run was to apply'),
  completed: z.array(z.string()).describe('Ids of those that it completed'),
  steps: z.array(step),
  preflight: preflightSchema.nullable().describe('Null when the gates were not asked'),
  state: z.string().describe('In which state the database is now'),
  remedy: z.string().nullable().describe('What to do next; null when nothing is to be done'),
  criteria: z
    .array(z.object({ id: z.string(), title: z.string(), unit: z.string(), limit: z.number(), forMs: z.number() }))
    .describe('What would have ended the run by itself'),
  figures: runFigures.nullable().describe('Before and after; null for runs that take none'),
  validation: validationSchema.nullable().describe('Null where nobody looked; a record has it apart'),
  queuedMs: z.number().describe('Milliseconds in lock queues, all steps together'),
  notes: z.array(z.string()),
  startedAt: z.string(),
  durationMs: z.number(),
});

/** JSON Schema (draft 2020-12) of the report, as it stands in `schemas/`. Unknown properties are allowed, so fields can be added. */
export function applyJsonSchema(): Readonly<Record<string, unknown>> {
  const schema = z.toJSONSchema(applySchema, { target: 'draft-2020-12', io: 'input' });
  return { ...schema, title: 'lockkeeper apply report' };
}
