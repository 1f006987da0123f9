import { z } from 'zod';
import { proofVerdicts } from '../model/rollback-proof.js';
import { rollbackActions, rollbackFileOutcomes } from '../model/rollback-report.js';
import { rollbackStories } from '../model/rollback-story.js';
import { project, tool } from './schema-parts.js';
import { declaredNoRollback, proof } from './test-schema.js';

const story = z.object({
  kind: z
    .enum(rollbackStories)
    .describe('What is turned round: the application, the schema, the cluster, or everything'),
  why: z.array(z.string()),
  steps: z.array(z.string()),
  loses: z.array(z.string()).describe('What is gone after that'),
  otherwise: z.enum(rollbackStories).nullable().describe('What to turn to when this fails'),
  declared: declaredNoRollback,
});

const file = z.object({
  outcome: z.enum(rollbackFileOutcomes),
  path: z.string().nullable(),
  why: z.string(),
  content: z.string().nullable(),
});

const entry = z.object({
  id: z.string(),
  path: z.string(),
  verdict: z.enum(proofVerdicts).describe('Of the written rollback where there is one, else of the generated'),
  reason: z.string().nullable(),
  story,
  file: file.nullable().describe('What became of the generated rollback; null when nothing was to be written'),
  proofs: z.array(proof),
});

/** The report's shape as a validator. The types in `model` stay the truth: a test holds the two equal. */
export const rollbackSchema = z.object({
  kind: z.literal('rollback'),
  version: z.literal(1),
  tool,
  action: z.enum(rollbackActions),
  server: z.object({ version: z.string(), major: z.number(), source: z.enum(['embedded', 'installed', 'stage-url']) }),
  project,
  rowsPerTable: z.number().nullable(),
  historyMigrations: z.number(),
  migrations: z.array(entry).describe('In the order of the chain'),
  inconclusive: z.array(z.string()).describe('What the stage lacks, so that not all could be tried'),
  notes: z.array(z.string()),
  changeDigest: z.string(),
  startedAt: z.string(),
  durationMs: z.number(),
});

/** JSON Schema (draft 2020-12) of the report, as it stands in `schemas/`. Unknown properties are allowed, so fields can be added. */
export function rollbackJsonSchema(): Readonly<Record<string, unknown>> {
  const schema = z.toJSONSchema(rollbackSchema, { target: 'draft-2020-12', io: 'input' });
  return { ...schema, title: 'lockkeeper rollback report' };
}
