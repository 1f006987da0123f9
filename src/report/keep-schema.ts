import { z } from 'zod';
import { keepActions, keptStates } from '../model/keep-report.js';
import { tool } from './schema-parts.js';

export const keptEntry = z.object({
  id: z.string().describe('Name in the schema lockkeeper_keep'),
  state: z.enum(keptStates).describe('missing: its table is gone; unlisted: nothing says when it expires'),
  change: z.string().nullable().describe('Migration before which it was kept'),
  relation: z.string().nullable().describe('Table that the rows are from'),
  rows: z.number().nullable(),
  bytes: z.number().nullable(),
  keptAt: z.string().nullable(),
  expiresAt: z.string().nullable(),
  restoredAt: z.string().nullable().describe('When a rollback put the rows back'),
  expired: z.boolean(),
  personalData: z.array(z.string()).describe('Columns that by their names hold data of persons; others may'),
  publications: z.array(z.string()).describe('Publications that send its rows on'),
  referencedBy: z
    .array(z.object({ relation: z.string(), constraint: z.string() }))
    .describe('Foreign keys that are still enforced against it'),
});

/** The report's shape as a validator. The types in `model` stay the truth: a test holds the two equal. */
export const keepSchema = z.object({
  kind: z.literal('keep'),
  version: z.literal(1),
  tool,
  action: z.enum(keepActions),
  server: z.object({ version: z.string(), major: z.number() }),
  database: z.string(),
  entries: z.array(keptEntry).describe('All that is kept, or what was chosen to be dropped; the first to expire first'),
  totals: z.object({ tables: z.number(), bytes: z.number(), expired: z.number() }),
  dropped: z.boolean().nullable().describe('Of drop: whether the entries are gone'),
});

/** JSON Schema (draft 2020-12) of the report, as it stands in `schemas/`. Unknown properties are allowed, so fields can be added. */
export function keepJsonSchema(): Readonly<Record<string, unknown>> {
  const schema = z.toJSONSchema(keepSchema, { target: 'draft-2020-12', io: 'input' });
  return { ...schema, title: 'lockkeeper keep report' };
}
