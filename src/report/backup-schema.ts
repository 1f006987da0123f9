import { z } from 'zod';
import { backupCheckIds, backupOutcomes } from '../model/backup.js';
import { facets, objectKinds } from '../model/schema-snapshot.js';
import { tool } from './schema-parts.js';

const facet = z.enum(facets);
const digests = Object.fromEntries(facets.map((name) => [name, z.string()])) as Record<
  (typeof facets)[number],
  z.ZodString
>;

const table = z.discriminatedUnion('counted', [
  z.object({
    counted: z.literal('checksum'),
    relation: z.string(),
    columns: z.array(z.string()),
    rows: z.number(),
    checksum: z.string().describe('Sum of the hashes of all rows, under the snapshot that was dumped'),
  }),
  z.object({
    counted: z.literal('estimate').describe('Too large to be summed'),
    relation: z.string(),
    rows: z.number().nullable(),
  }),
]);

const manifest = z.object({
  kind: z.literal('backup-manifest'),
  version: z.literal(1),
  tool,
  createdAt: z.string(),
  prefix: z.string(),
  labels: z.record(z.string(), z.string()),
  changeDigest: z.string().nullable(),
  server: z.object({ version: z.string(), major: z.number(), host: z.string(), port: z.number() }),
  database: z.object({ name: z.string(), encoding: z.string(), bytes: z.number() }),
  snapshot: z
    .object({ id: z.string(), at: z.string(), lsn: z.string(), standby: z.boolean() })
    .describe('The instant that was dumped, by the server’s clock and in its WAL'),
  restorePoint: z
    .object({ name: z.string().nullable(), lsn: z.string().nullable(), why: z.string().nullable() })
    .describe('Named place in the WAL; why says what prevented it'),
  dump: z.object({
    format: z.enum(['custom', 'directory']),
    schemaOnly: z.boolean(),
    jobs: z.number(),
    tool: z.string(),
    durationMs: z.number(),
  }),
  fingerprint: z.object({ major: z.number(), facets: z.object(digests) }),
  roles: z.array(z.string()),
  extensions: z.array(z.string()),
  tables: z.array(table),
  files: z.array(z.object({ path: z.string(), bytes: z.number(), sha256: z.string() })),
});

const entry = z.object({
  createdAt: z.string(),
  verifiedAt: z.string().nullable().describe('When it was last restored to a stage and found equal'),
  restoredAt: z.string().nullable().describe('When it was last restored without an error'),
  label: z.string().nullable(),
  prefix: z.string(),
  bytes: z.number(),
  schemaOnly: z.boolean(),
  database: z.string(),
  server: z.string().describe('host:port'),
  path: z.string(),
  changeDigest: z.string().nullable(),
});
const listed = entry.extend({ present: z.boolean(), ageMs: z.number() });

const differences = z.array(
  z.object({
    change: z.enum(['added', 'removed', 'changed']),
    kind: z.enum(objectKinds),
    identity: z.string(),
    facets: z.array(facet),
  }),
);

const head = { kind: z.literal('backup'), version: z.literal(1), tool } as const;

/** The report's shape as a validator. The types in `model` stay the truth: a test holds the two equal. */
export const backupSchema = z.discriminatedUnion('action', [
  z.object({ ...head, action: z.literal('create'), backup: entry, manifest, warnings: z.array(z.string()) }),
  z.object({
    ...head,
    action: z.literal('verify'),
    backup: entry,
    verdict: z.enum(['passed', 'failed', 'inconclusive']),
    checks: z.array(
      z.object({
        id: z.enum(backupCheckIds),
        outcome: z.enum(backupOutcomes),
        detail: z.string(),
        durationMs: z.number(),
      }),
    ),
    differences,
    facets: z.array(facet).describe('Those that decide'),
    rowDifferences: z.array(z.string()),
    notCompared: z.array(z.string()).describe('Tables that were too large to be summed'),
  }),
  z.object({ ...head, action: z.literal('list'), backups: z.array(listed) }),
  z.object({
    ...head,
    action: z.literal('restore'),
    backup: entry,
    server: z.object({ version: z.string(), major: z.number() }),
    database: z.string(),
    clean: z.boolean(),
    disconnected: z.number(),
    restored: z.boolean(),
    differences,
    durationMs: z.number(),
  }),
  z.object({
    ...head,
    action: z.literal('prune'),
    backups: z.array(listed),
    kept: z.number(),
    pruned: z.boolean(),
  }),
]);

/** JSON Schema (draft 2020-12) of the report, as it stands in `schemas/`. Unknown properties are allowed, so fields can be added. */
export function backupJsonSchema(): Readonly<Record<string, unknown>> {
  const schema = z.toJSONSchema(backupSchema, { target: 'draft-2020-12', io: 'input' });
  return { ...schema, title: 'lockkeeper backup report' };
}
