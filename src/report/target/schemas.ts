import { z } from 'zod';
import { declareActions } from '../../model/declare-report.js';
import { grantVerbs } from '../../model/grants.js';
import { ledgerRunKinds, ledgerStepStates, ledgerVerdicts } from '../../model/ledger.js';
import { keptEntry } from '../keep-schema.js';
import { tool } from '../schema-parts.js';

const server = z.object({ version: z.string(), major: z.number() });
const about = { version: z.literal(1), tool, server, database: z.string().describe('What people call it') };

const runner = z.object({
  host: z.string(),
  processId: z.number(),
  osUser: z.string(),
  databaseUser: z.string(),
  tool: z.string(),
  tenant: z.string().optional().describe('Schema of the tenant; missing where it is the whole database'),
});

const holder = z
  .object({
    runner,
    backend: z.object({ pid: z.number(), backendStart: z.string() }),
    runId: z.string(),
    since: z.string(),
    alive: z.boolean(),
  })
  .nullable();

const run = z.object({
  id: z.string(),
  kind: z.enum(ledgerRunKinds),
  direction: z.enum(['up', 'down']),
  runner: runner.nullable(),
  script: z.string().nullable().describe('File of a rollback that is not the project’s own'),
  changeDigest: z.string().nullable(),
  startedAt: z.string(),
  endedAt: z.string().nullable().describe('Null while it goes on, and for a run that was broken off'),
  verdict: z.enum(ledgerVerdicts).nullable(),
  reason: z.string().nullable(),
  migrations: z.array(z.string()),
  completed: z.array(z.string()),
  steps: z.array(
    z.object({
      id: z.string(),
      migrationId: z.string(),
      kind: z.enum(['transaction', 'statement']),
      state: z.enum(ledgerStepStates),
      attempts: z.number(),
      at: z.string().nullable(),
    }),
  ),
});

const ids = z.array(z.string());

export const statusSchema = z.object({
  kind: z.literal('status'),
  ...about,
  account: z.object({
    tool: z.string(),
    table: z.string().nullable(),
    applied: ids,
    pending: ids,
    edited: ids,
    failed: ids,
    gaps: ids,
    gapConduct: z.enum(['applies', 'refuses', 'skips']),
    unknown: ids,
    again: ids,
  }),
  ledger: z.boolean(),
  holder,
  running: run.nullable(),
  progress: z.array(
    z.object({ pid: z.number(), command: z.string(), phase: z.string(), fraction: z.number().nullable() }),
  ),
  unfinished: run.nullable(),
  partlyApplied: z.array(z.object({ migrationId: z.string(), steps: ids })),
  disagreements: z.array(
    z.object({
      migrationId: z.string(),
      ledger: z.enum(['applied', 'reverted']),
      tool: z.enum(['applied', 'absent']),
    }),
  ),
  kept: z.array(keptEntry).describe('Kept for rollbacks, and expired or about to be'),
  troubles: z.array(z.object({ what: z.string(), remedy: z.string() })).describe('What needs a person'),
  notes: ids,
});

export const historySchema = z.object({
  kind: z.literal('history'),
  ...about,
  ledger: z.boolean(),
  runs: z.array(run).describe('The newest first'),
});

export const declareSchema = z.object({
  kind: z.literal('declare'),
  ...about,
  action: z.enum(declareActions),
  table: z.string().nullable(),
  declarations: z.array(
    z.object({
      migrationId: z.string(),
      path: z.string().nullable(),
      says: z.enum(['applied', 'reverted']),
      ledger: z.enum(['migration-baselined', 'migration-reverted']),
      table: ids.describe('Statements on the table of the team’s tool'),
    }),
  ),
  written: z.boolean(),
  runId: z.string().nullable(),
  notes: ids,
});

export const abortSchema = z.object({
  kind: z.literal('abort'),
  ...about,
  run: run.nullable(),
  holder,
  alive: z.boolean(),
  ended: z.number().describe('Backends that were ended'),
  settled: z.array(z.object({ stepId: z.string(), state: z.enum(['applied', 'not-applied']), assumed: z.boolean() })),
  aborted: z.boolean(),
  state: z.string(),
  remedy: z.string().nullable(),
});

export const uninstallSchema = z.object({
  kind: z.literal('uninstall'),
  ...about,
  schemas: ids,
  entries: z.number(),
  kept: z.array(keptEntry),
  removed: z.boolean(),
});

export const grantsSchema = z.object({
  kind: z.literal('grants'),
  version: z.literal(1),
  tool,
  verb: z.enum(grantVerbs),
  role: z.string(),
  grants: z.array(
    z.object({
      why: z.string(),
      sql: z.string().nullable().describe('Null: it depends on the database'),
      by: z.enum(['superuser or CREATEROLE', 'owner of the database', 'owner of the objects']),
    }),
  ),
  sql: z.string(),
});

const schemas = {
  abort: abortSchema,
  declare: declareSchema,
  grants: grantsSchema,
  history: historySchema,
  status: statusSchema,
  uninstall: uninstallSchema,
} as const;

/** JSON Schemas (draft 2020-12) by the kind of report, as they stand in `schemas/`. Unknown properties are allowed. */
export function targetJsonSchemas(): Readonly<Record<keyof typeof schemas, Readonly<Record<string, unknown>>>> {
  const made = Object.entries(schemas).map(([kind, schema]) => {
    const body = z.toJSONSchema(schema, { target: 'draft-2020-12', io: 'input' });
    return [kind, { ...body, title: `lockkeeper ${kind} report` }];
  });
  return Object.fromEntries(made) as ReturnType<typeof targetJsonSchemas>;
}
