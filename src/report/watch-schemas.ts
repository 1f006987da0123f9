import { z } from 'zod';
import { runbookNames } from '../model/surprise.js';
import { validationCheckKinds } from '../model/validation-report.js';
import { verifyWeights } from '../model/verify-report.js';
import { incidentSeverities, watchSignals, watchVerdicts } from '../model/watch-report.js';
import { tool } from './schema-parts.js';

const figure = z.number().nullable();
const text = z.string().nullable();
const names = z.array(z.string());

const verifyFinding = z.object({
  assertion: z.string(),
  weight: z.enum(verifyWeights),
  relation: text,
  name: text,
  message: z.string(),
  remedy: text,
  rows: figure,
  range: z.object({ column: z.string(), from: text, to: text }).nullable(),
});

const comparison = z.array(
  z.object({
    subject: z.string().describe('database, a relation, a metric, or a query'),
    figure: z.string(),
    unit: z.enum(['bytes', 'rows', 'ms', 'count', '']),
    before: figure,
    after: figure,
    difference: figure,
    notable: z.boolean().describe('Somebody should look at it'),
  }),
);

const metricBaseline = z
  .object({ samples: z.number(), median: z.number(), spread: z.number().describe('Median distance from the median') })
  .nullable();

const targetFigures = z.object({
  at: z.string(),
  relations: z.array(
    z.object({
      relation: z.string(),
      bytes: figure,
      liveRows: figure,
      deadRows: figure,
      sequentialScans: figure,
      indexScans: figure,
    }),
  ),
  database: z
    .object({
      bytes: figure,
      deadlocks: z.number(),
      tempFiles: z.number(),
      tempBytes: z.number(),
      commits: z.number(),
      rollbacks: z.number(),
      since: text,
    })
    .nullable(),
  queries: z
    .array(z.object({ queryId: z.string(), query: z.string(), calls: z.number(), totalMs: z.number() }))
    .nullable()
    .describe('By pg_stat_statements, without constants; null where that is not to be read'),
  metrics: z.record(z.string(), metricBaseline),
  healthy: z.boolean().nullable(),
  replicas: figure,
  criticalMs: z.record(z.string(), figure),
  standing: names.describe('What the catalog knew to be at fault'),
  notes: names,
});

/** Figures before and after a run, as its report keeps them. */
export const runFigures = z.object({
  touched: names.describe('Tables that the change made, or locked for more than reading'),
  before: targetFigures,
  after: targetFigures.nullable(),
});

export const validationSchema = z.object({
  kind: z.literal('validation'),
  version: z.literal(1),
  tool,
  server: z.object({ version: z.string() }),
  target: text.describe('Name of the configured target; null for a connection string'),
  runId: text,
  changeDigest: z.string(),
  migrations: names,
  verdict: z.enum(['passed', 'failed', 'unknown']),
  decision: z.string().describe('What to do now'),
  checks: z.array(
    z.object({
      kind: z.enum(validationCheckKinds),
      name: z.string(),
      outcome: z.enum(['passed', 'warned', 'failed', 'unknown', 'skipped']),
      detail: z.string(),
      startedAt: z.string(),
      durationMs: z.number(),
    }),
  ),
  touched: names,
  faults: z.array(verifyFinding),
  queries: z.array(z.object({ name: z.string(), beforeMs: figure, afterMs: figure, maxMs: figure })),
  comparison,
  notes: names,
  startedAt: z.string(),
  durationMs: z.number(),
});

const severity = z.enum(incidentSeverities);

const decision = z.object({
  at: z.string(),
  sinceChangeMs: z.number(),
  verdict: z.enum(watchVerdicts),
  severity: severity.nullable(),
  reason: z.string(),
  breaches: z.array(
    z.object({
      signal: z.enum(watchSignals),
      severity,
      value: z.number(),
      limit: z.number(),
      since: z.string(),
      sinceChangeMs: z.number(),
      reason: z.string(),
    }),
  ),
  path: z
    .array(
      z.object({
        id: z.string(),
        question: z.string(),
        answer: z.enum(['yes', 'no', 'unknown', 'not asked']),
        because: z.string(),
      }),
    )
    .describe('The questions of the decision tree, as the figures answer them'),
  decideBy: text.describe('When assessing ends, and the change is taken back'),
  respondBy: text,
  automatic: z.object({ allowed: z.boolean(), why: z.string() }),
});

const sides = z.object({ rehearsed: figure, actual: figure });

export const watchSchema = z.object({
  kind: z.literal('watch'),
  version: z.literal(1),
  tool,
  server: z.object({ version: z.string() }),
  target: text,
  tier: z.number(),
  runId: text.describe('Null where no record of a run was found'),
  changeDigest: text,
  migrations: names,
  changedAt: z.string(),
  ended: z.enum(['complete', 'interrupted', 'decided']),
  decision,
  decisions: z.array(decision).describe('Every change of the decision; the last one is the decision'),
  terms: z
    .object({
      severity,
      meaning: z.string(),
      responseMs: figure,
      responseInWords: z.string(),
      assessMs: figure,
      assessInWords: z.string(),
    })
    .nullable(),
  contacts: z.array(z.object({ role: z.string(), name: text, reach: text, afterMin: z.number(), at: z.string() })),
  automatic: z
    .object({
      outcome: z.enum(['traffic back was enough', 'rolled back', 'handed over']),
      actions: z.array(
        z.object({
          at: z.string(),
          what: z.enum(['traffic back', 'look again', 'inverse', 'refused', 'hand over']),
          ok: z.boolean(),
          detail: z.string(),
        }),
      ),
      runIds: names,
      restoreLoses: text.describe('What a restore would lose; null where none is needed'),
    })
    .nullable()
    .describe('What --auto-rollback did'),
  samples: z.array(
    z.object({
      at: z.string(),
      sinceChangeMs: z.number(),
      afterGap: z.boolean(),
      reachable: z.boolean(),
      healthy: z.boolean().nullable(),
      metrics: z.record(z.string(), figure),
      waitingSessions: figure,
      connections: figure,
      deadlocks: figure,
      replicas: figure,
      replicaLagMs: figure,
      newFaults: figure,
    }),
  ),
  unknown: names.describe('Configured, and not known for most of the time'),
  faults: z.array(verifyFinding),
  comparison,
  steps: z.array(
    z.object({
      stepId: z.string(),
      path: z.string(),
      locks: z.object({ predicted: names.nullable(), rehearsed: names.nullable(), actual: names.nullable() }),
      durationMs: sides,
      walBytes: sides,
      blockedMs: sides,
      queuedMs: figure,
      attempts: figure,
    }),
  ),
  surprises: z.array(
    z.object({
      stepId: z.string(),
      path: z.string(),
      about: z.enum(['locks', 'rewrite', 'duration', 'wal', 'blocked', 'queue', 'outcome', 'not rehearsed']),
      predicted: text,
      rehearsed: text,
      actual: text,
      text: z.string(),
      runbook: z.enum(runbookNames),
      update: z.string(),
    }),
  ),
  notes: names,
  startedAt: z.string(),
  durationMs: z.number(),
});

/** JSON Schemas (draft 2020-12) of the reports of `validate` and `watch`. */
export function watchJsonSchemas(): Readonly<Record<'validation' | 'watch', Readonly<Record<string, unknown>>>> {
  const draft = { target: 'draft-2020-12', io: 'input' } as const;
  return {
    validation: { ...z.toJSONSchema(validationSchema, draft), title: 'lockkeeper validation report' },
    watch: { ...z.toJSONSchema(watchSchema, draft), title: 'lockkeeper watch report' },
  };
}
