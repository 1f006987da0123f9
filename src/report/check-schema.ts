import { z } from 'zod';
import { changeKinds, concerns } from '../model/classification.js';
import {
  certainty,
  complexity,
  finding,
  predictedLock,
  project,
  severity,
  tool,
  transactionBlock,
} from './schema-parts.js';

const ruleFinding = finding.extend({
  concern: z.enum(concerns),
  certainty,
  title: z.string(),
  column: z.number(),
  endLine: z.number(),
  relation: z.string().nullable(),
  instead: z.string().nullable().describe('SQL that does the same safely; null when there is no general one'),
  gradedDown: z.string().nullable().describe('Why it weighs less here than the rule says'),
  fingerprint: z.string().describe('Stays the same while lines move'),
});

const statement = z.object({
  sql: z.string(),
  path: z.string(),
  line: z.number(),
  endLine: z.number(),
  locks: z.array(predictedLock),
  rewrites: z.array(z.string()).describe('Tables and materialised views that get, or may get, a new file'),
  scans: z.array(z.string()).describe('Tables that are, or may be, read whole because of what the statement is'),
  possible: z
    .object({ rewrites: z.array(z.string()), scans: z.array(z.string()) })
    .describe('Those of the two lists that depend on what is not known'),
  transactionBlock,
  unanalysed: z.array(z.string()).describe('What inside it could not be analysed'),
  blocks: z
    .object({ reads: z.boolean(), writes: z.boolean() })
    .describe('Whether it stops traffic on relations that existed before the change'),
  findings: z.array(ruleFinding),
});

const blastRadius = z.object({
  relations: z.array(
    z.object({
      relation: z.string(),
      rows: z.number().nullable().describe('An estimate of the target; null where it is not known'),
      bytes: z.number().nullable(),
      dependents: z.array(z.string()),
      neighbours: z.array(z.string()).describe('Tables tied to it by a foreign key'),
    }),
  ),
  totalBytes: z.number().nullable(),
});

const assessment = z.object({
  kind: z.enum(changeKinds),
  complexity,
  reasons: z.array(z.string()),
  expectedDowntime: z.string(),
  reversibility: z.enum(['reversible', 'reversible with effort', 'loses data', 'irreversible']),
  reversibilityReason: z.string(),
  blastRadius,
  requiredTesting: z.array(z.string()),
  requiredReview: z.array(z.string()),
  requiredDocumentation: z.array(z.string()),
  tier: z.number().nullable(),
  controls: z.array(z.string()),
  approvals: z.array(z.object({ role: z.string(), count: z.number() })),
  deployment: z.object({
    order: z.enum(['any', 'database before code', 'code before database', 'expand, code, contract']),
    steps: z.array(z.string()),
  }),
});

const migration = z.object({
  id: z.string(),
  path: z.string(),
  risk: complexity,
  assessment,
  statements: z.array(statement),
  findings: z.array(ruleFinding).describe('What concerns the file and no single statement'),
  suppressed: z.array(
    z.object({ finding: ruleFinding, by: z.enum(['comment', 'config', 'baseline']), reason: z.string() }),
  ),
});

const rule = z.object({
  id: z.string(),
  title: z.string(),
  why: z.string(),
  instead: z.string(),
  sources: z.array(z.string()),
  concern: z.enum(concerns),
  severity,
});

/** The report's shape as a validator. The types in `model` stay the truth: a test holds the two equal. */
export const checkSchema = z.object({
  kind: z.literal('check'),
  version: z.literal(1),
  tool,
  server: z.object({
    major: z.number(),
    schema: z
      .enum(['shadow', 'database', 'none'])
      .describe('Where the schema came from that predictions were made with'),
    sizes: z.enum(['database', 'unknown']),
  }),
  project,
  migrations: z.array(migration),
  rules: z.array(rule).describe('The rules that the findings are of'),
  totals: z
    .object({ info: z.number(), warning: z.number(), error: z.number() })
    .describe('Findings of each severity that nothing silences'),
  notes: z.array(z.string()),
  changeDigest: z.string(),
});

/** JSON Schema (draft 2020-12) of the report, as it stands in `schemas/`. Unknown properties are allowed, so fields can be added. */
export function checkJsonSchema(): Readonly<Record<string, unknown>> {
  const schema = z.toJSONSchema(checkSchema, { target: 'draft-2020-12', io: 'input' });
  return { ...schema, title: 'lockkeeper check report' };
}
