import { z } from 'zod';
import { proofVerdicts, rollbackOrigins } from '../model/rollback-proof.js';
import { testedRollbacks } from '../model/test-report.js';
import { integrityKinds } from '../model/integrity.js';
import { mitigations } from '../model/rollback-story.js';
import { project, tool } from './schema-parts.js';

export const declaredNoRollback = z
  .object({ line: z.number(), because: z.string(), mitigation: z.enum(mitigations) })
  .nullable()
  .describe("The team's own word that there is no way back");

const integrityFault = z.object({
  kind: z.enum(integrityKinds),
  relation: z.string(),
  name: z.string().describe('Of the constraint or index'),
  rows: z.number().nullable().describe('Rows at fault, counted up to a limit'),
});

export const proof = z.object({
  id: z.string(),
  path: z.string(),
  rollback: z.enum(rollbackOrigins).describe('Who wrote the way back: the team, or the catalog'),
  verdict: z.enum(proofVerdicts),
  reason: z.string().nullable().describe('Why it is not restored; null when it is'),
  difference: z.array(z.string()).describe('What is not as it was before, a line each'),
  columnOrder: z.array(z.string()).describe('Relations whose columns are back in another order'),
  dataKept: z
    .boolean()
    .nullable()
    .describe('Whether all rows that existed are as before; null where it was not reached'),
  upMs: z.number().nullable(),
  downMs: z.number().nullable(),
  notes: z.array(z.string()),
  sql: z.string().nullable().describe('The way back that was generated; null for a written one'),
  declared: declaredNoRollback,
  integrity: z
    .object({ afterUp: z.array(integrityFault), afterDown: z.array(integrityFault) })
    .nullable()
    .describe(
      'What of the tables concerned does not hold, or is not vouched for: orphans, violations, what is not valid',
    ),
  writes: z
    .object({
      rows: z.number(),
      updates: z.number(),
      lost: z.array(z.string()).describe('What the rollback lost of them'),
      notHeld: z.array(z.string()).describe('What can be written after the change, and the schema before cannot hold'),
    })
    .nullable()
    .describe('Rows that were written between the change and its rollback'),
});

/** The report's shape as a validator. The types in `model` stay the truth: a test holds the two equal. */
export const testSchema = z.object({
  kind: z.literal('test'),
  version: z.literal(1),
  tool,
  server: z.object({ version: z.string(), major: z.number(), source: z.enum(['embedded', 'installed', 'stage-url']) }),
  project,
  rollbacks: z.enum(testedRollbacks),
  rowsPerTable: z.number().nullable(),
  requireRollbacks: z.boolean().describe('Whether a declared lack of a way back counts as a fault'),
  historyMigrations: z.number(),
  migrations: z.array(proof).describe('In the order of the chain; twice where both ways back were tried'),
  totals: z.object({
    restored: z.number(),
    'not-restored': z.number(),
    'no-rollback': z.number(),
    refused: z.number(),
    failed: z.number(),
  }),
  inconclusive: z.array(z.string()).describe('What the stage lacks, so that not all could be tried'),
  notes: z.array(z.string()),
  changeDigest: z.string(),
  startedAt: z.string(),
  durationMs: z.number(),
});

/** JSON Schema (draft 2020-12) of the report, as it stands in `schemas/`. Unknown properties are allowed, so fields can be added. */
export function testJsonSchema(): Readonly<Record<string, unknown>> {
  const schema = z.toJSONSchema(testSchema, { target: 'draft-2020-12', io: 'input' });
  return { ...schema, title: 'lockkeeper test report' };
}
