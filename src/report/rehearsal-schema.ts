import { z } from 'zod';
import { complexity, finding, lock, predictedLock, project, tool, transactionBlock } from './schema-parts.js';

const claim = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('duration'), text: z.string(), line: z.number(), durationMs: z.number() }),
  z.object({
    kind: z.literal('complexity'),
    text: z.string(),
    line: z.number(),
    level: complexity,
  }),
]);

const observedLock = lock.extend({
  certainty: z.enum(['exact', 'sampled', 'predicted']),
  waitedMs: z.number().nullable().describe('Milliseconds spent waiting, by samples; null when it never waited'),
  heldMs: z.number().nullable().describe('Milliseconds from the start of the statement to the end of its transaction'),
});

const operation = z.enum(['read', 'write', 'standby read']);

const traffic = z.object({
  relation: z.string(),
  operation,
  requests: z.number(),
  failures: z.number(),
  longestStallMs: z.number(),
  p99Ms: z.number(),
});

const io = z
  .object({
    blocksHit: z.number(),
    blocksRead: z.number(),
    blocksDirtied: z.number(),
    blocksWritten: z.number(),
    tempBytes: z.number(),
  })
  .describe('Blocks of 8 kB, unless named otherwise');

const statementError = z.object({
  code: z.string().nullable().describe('SQLSTATE, or null when the connection broke'),
  message: z.string(),
  detail: z.string().nullable(),
  hint: z.string().nullable(),
  path: z.string(),
  line: z.number(),
  column: z.number(),
  excerpt: z.string().describe('The source line and, below it, a caret under the column'),
});

const prediction = z
  .object({
    from: z.enum(['schema', 'text']),
    locks: z.array(predictedLock),
    rewrites: z.array(z.string()),
    scans: z.array(z.string()),
    differences: z.array(
      z.object({
        about: z.enum(['lock', 'rewrite', 'transaction block']),
        relation: z.string().nullable(),
        predicted: z.string(),
        observed: z.string(),
      }),
    ),
  })
  .describe('What was predicted before it ran, and where the server did otherwise');

const statement = z.object({
  sql: z.string(),
  path: z.string(),
  line: z.number(),
  startedAtMs: z.number().describe("Milliseconds since the migration's start"),
  durationMs: z.number(),
  transactionBlock,
  locks: z.array(observedLock),
  rewrites: z.array(z.string()).describe('Tables and materialised views that got a new file'),
  newFiles: z.array(z.string()).describe('Other relations that got a new file'),
  scans: z.array(z.string()).describe('Tables that the statement read whole because of what it is'),
  rowsWritten: z.number().nullable(),
  walBytes: z.number().nullable(),
  io: io.nullable(),
  sizeGrowthBytes: z.number().nullable(),
  traffic: z.array(traffic),
  standby: z.object({ lagBytes: z.number(), lagMs: z.number(), cancelledQueries: z.number() }).nullable(),
  notices: z.array(z.object({ severity: z.string(), code: z.string(), message: z.string() })),
  error: statementError.nullable(),
  prediction: prediction.nullable(),
});

const migration = z.object({
  id: z.string(),
  path: z.string(),
  transaction: z.object({ mode: z.enum(['single', 'implicit', 'none']), reason: z.string() }),
  statements: z.array(statement),
  durationMs: z.number(),
  commitMs: z.number().nullable(),
  walRecords: z.array(z.object({ resourceManager: z.string(), records: z.number(), bytes: z.number() })),
  claims: z.array(z.object({ claim, holds: z.boolean(), measured: z.string() })),
  latencies: z.array(z.object({ atMs: z.number(), latencyMs: z.number(), operation })),
  state: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('applied') }),
    z.object({ kind: z.literal('rolled-back') }),
    z.object({ kind: z.literal('partial'), appliedStatements: z.number(), invalidIndexes: z.array(z.string()) }),
    z.object({ kind: z.literal('not-run') }),
  ]),
  rerun: z
    .discriminatedUnion('kind', [
      z.object({ kind: z.literal('unchanged') }),
      z.object({ kind: z.literal('changed') }),
      z.object({ kind: z.literal('failed'), error: statementError }),
    ])
    .nullable()
    .describe('What running it once more did; null when it was not asked for'),
});

const stage = z.object({
  historyMigrations: z.number(),
  historyMs: z.number(),
  data: z.enum(['none', 'file', 'filled']),
  rowsPerTable: z.number().nullable(),
  schemaFrom: z.boolean(),
  role: z.string().nullable(),
  rolesCreated: z.array(z.string()),
  standby: z.boolean(),
  trafficPerSecond: z.number().nullable(),
});

/** The report's shape as a validator. The types in `model` stay the truth: a test holds the two equal. */
export const rehearsalSchema = z.object({
  kind: z.literal('rehearsal'),
  version: z.literal(1),
  tool,
  server: z.object({
    version: z.string(),
    major: z.number(),
    source: z.enum(['embedded', 'installed', 'stage-url']),
  }),
  stage,
  project,
  verdict: z.enum(['passed', 'failed', 'inconclusive']),
  inconclusive: z.array(z.string()),
  migrations: z.array(migration),
  findings: z.array(finding),
  notes: z.array(z.string()),
  changeDigest: z.string(),
  structure: z
    .object({
      relations: z.array(z.string()),
      objects: z.record(z.string(), z.string()),
      partitions: z.record(z.string(), z.string()),
      rest: z.string(),
    })
    .nullable()
    .describe(
      'Digests of the structure before the change: of what it touched and what depends on that, and of the rest',
    ),
  startedAt: z.string(),
  durationMs: z.number(),
});

/** JSON Schema (draft 2020-12) of the report, as it stands in `schemas/`. Unknown properties are allowed, so fields can be added. */
export function rehearsalJsonSchema(): Readonly<Record<string, unknown>> {
  const schema = z.toJSONSchema(rehearsalSchema, { target: 'draft-2020-12', io: 'input' });
  return { ...schema, title: 'lockkeeper rehearsal report' };
}
