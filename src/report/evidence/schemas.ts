import { z } from 'zod';
import { changePhases } from '../../model/confirmation.js';
import { controlStates } from '../../model/controls.js';
import { evidenceSections } from '../../model/evidence-bundle.js';
import { recordKinds } from '../../model/evidence-record.js';
import { complexity, tool } from '../schema-parts.js';

const moment = z.string().describe('ISO 8601, UTC');
const digest = z.string().describe('Hex');
const about = { version: z.literal(1), tool };

const stepFinding = {
  state: z.enum(controlStates).describe('ask: only a person can say it, and nobody has'),
  by: z.string().nullable().describe('Who did it, or the role that is asked'),
  at: moment.nullable(),
  figures: z.string().nullable(),
  record: digest.nullable().describe('Of the record that says so'),
};

const controlReport = z.object({
  changeDigest: digest,
  target: z.string().nullable(),
  tier: z.number().nullable(),
  risk: complexity.nullable(),
  migrations: z.array(z.string()),
  applied: z.enum(['no', 'applied', 'failed', 'rolled back']),
  appliedAt: moment.nullable(),
  controls: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      phase: z.enum(changePhases),
      demandedBy: z.array(z.string()),
      ...stepFinding,
      remedy: z.string().nullable(),
    }),
  ),
  complete: z.boolean().describe('Nothing that is required is missing, failed, or waits for a person'),
});

export const controlsSchema = z.object({
  kind: z.literal('controls'),
  ...about,
  database: z.string().nullable(),
  changes: z.array(controlReport).describe('The newest first'),
  notes: z.array(z.string()),
});

const source = z.object({ path: z.string(), sha256: z.string() });

const content = z
  .object({
    transactionScope: z.string(),
    placeholders: z.record(z.string(), z.string()),
    migrations: z.array(
      z.object({
        id: z.string(),
        path: z.string(),
        transactionMode: z.string(),
        down: z.object({ path: z.string(), transactionMode: z.string() }).nullable(),
        sources: z.array(source),
      }),
    ),
  })
  .describe('All that the digest of the change is made of');

const compatibility = z.object({
  server: z.object({ version: z.string(), major: z.number() }).nullable(),
  extensions: z.array(z.object({ name: z.string(), version: z.string() })).nullable(),
  clients: z.array(z.object({ application: z.string(), user: z.string().nullable(), sessions: z.number() })).nullable(),
  drivers: z.array(
    z.object({
      manifest: z.string(),
      name: z.string(),
      wanted: z.string().nullable(),
      installed: z.string().nullable(),
    }),
  ),
});

const header = z.object({
  kind: z.literal('record'),
  version: z.literal(1),
  tool: z.object({ name: z.string(), version: z.string() }),
  createdAt: moment,
  subject: z.object({ kind: z.enum(recordKinds), digest }),
  predecessors: z.array(digest),
});

const changeEvidenceSchema = z.object({
  ...about,
  exportedAt: moment,
  change: z.object({
    digest,
    target: z.string().nullable(),
    migrations: z.array(z.string()),
    content: content.nullable(),
  }),
  redacted: z.boolean().describe('Values in SQL, and details of server messages, are taken out'),
  compatibility: compatibility.nullable(),
  records: z
    .array(
      z.object({
        name: z.string(),
        digest,
        header,
        content: z.enum(['whole', 'redacted', 'left out']),
        body: z.json(),
      }),
    )
    .describe('The whole chain, each after those that it names; contents of this change alone'),
  sections: z.record(z.enum(evidenceSections), z.array(digest)),
  decisions: z.array(
    z.object({ at: moment, what: z.string(), by: z.string().nullable(), why: z.string().nullable(), record: digest }),
  ),
  heads: z.array(digest),
  anchors: z
    .array(z.object({ entry: z.number(), runId: z.string(), at: moment, heads: z.array(digest) }))
    .nullable()
    .describe('Of the target’s ledger; null where it was not asked'),
  controls: controlReport,
});

/** The payload of a bundle. */
export const evidenceStatementSchema = z.object({
  _type: z.literal('https://in-toto.io/Statement/v1'),
  subject: z.array(z.object({ name: z.string(), digest: z.record(z.string(), z.string()) })),
  predicateType: z.string(),
  predicate: changeEvidenceSchema,
});

const checklist = z.object({
  id: z.string(),
  title: z.string(),
  head: z.array(z.object({ name: z.string(), value: z.string().nullable() })),
  sections: z.array(
    z.object({
      title: z.string(),
      lines: z.array(
        z.object({ text: z.string(), ...stepFinding, askRole: z.string().nullable(), confirm: z.string().nullable() }),
      ),
    }),
  ),
});

export const evidenceSchema = z.object({
  kind: z.literal('evidence'),
  ...about,
  evidence: changeEvidenceSchema,
  checklists: z.array(checklist),
});

export const evidenceVerifySchema = z.object({
  kind: z.literal('evidence-verify'),
  ...about,
  source: z.enum(['bundle', 'folder']),
  path: z.string(),
  verdict: z.enum(['verified', 'not verified']),
  changeDigest: digest.nullable(),
  records: z.object({ total: z.number(), whole: z.number(), redacted: z.number(), leftOut: z.number() }),
  signedBy: z.string().nullable(),
  approvals: z.array(z.object({ by: z.string(), role: z.string(), record: digest })),
  confirmations: z
    .array(z.object({ by: z.string(), role: z.string(), item: z.string(), record: digest }))
    .describe('Signed ones whose signatures hold'),
  anchors: z.number(),
  problems: z.array(
    z.object({
      about: z.enum(['envelope', 'migration', 'record', 'chain', 'anchor', 'approval', 'author', 'confirmation']),
      place: z.string(),
      field: z.string().nullable(),
      message: z.string(),
    }),
  ),
  notes: z.array(z.string()),
});

const person = z.object({ git: z.string().nullable(), osUser: z.string(), host: z.string() });
const said = {
  by: person,
  role: z.string(),
  note: z.string().nullable(),
  at: moment,
  state: z.enum(['done', 'not applicable']),
  signed: z
    .object({
      digest,
      signer: z.object({ principal: z.string(), fingerprint: z.string(), keyType: z.string() }),
      signature: z.string(),
    })
    .nullable()
    .describe('Null: nobody signed it'),
};

export const confirmationSchema = z.object({
  kind: z.literal('confirmation'),
  ...about,
  changeDigest: digest,
  target: z.string().nullable(),
  item: z.string(),
  title: z.string(),
  ...said,
});

export const confirmableSchema = z.object({
  kind: z.literal('confirmable'),
  ...about,
  changeDigest: digest.nullable(),
  items: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      role: z.string(),
      phase: z.enum(changePhases),
      note: z.string().nullable(),
      confirmed: z.object(said).nullable(),
    }),
  ),
});

const schemas = {
  confirmable: { title: 'What may be confirmed of a change', schema: confirmableSchema },
  confirmation: { title: 'lockkeeper confirm', schema: confirmationSchema },
  controls: { title: 'lockkeeper status --controls', schema: controlsSchema },
  evidence: { title: 'lockkeeper evidence show', schema: evidenceSchema },
  'evidence-bundle': { title: 'Payload of a bundle of evidence', schema: evidenceStatementSchema },
  'evidence-verify': { title: 'lockkeeper evidence verify', schema: evidenceVerifySchema },
} as const;

/** The reports of `evidence`, `confirm` and `status --controls`, and the payload of a bundle, by their kinds. */
export function evidenceJsonSchemas(): Readonly<Record<keyof typeof schemas, object>> {
  return Object.fromEntries(
    Object.entries(schemas).map(([kind, { title, schema }]) => [kind, { title, ...z.toJSONSchema(schema) }]),
  ) as Record<keyof typeof schemas, object>;
}
