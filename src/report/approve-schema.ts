import { z } from 'zod';
import { statementKinds } from '../model/approval.js';
import { tool } from './schema-parts.js';

const statement = z.object({
  kind: z.enum(statementKinds),
  version: z.literal(1),
  target: z.string(),
  role: z.string().nullable().describe('Of an approval: as whom it is given'),
  gate: z.string().nullable().describe('Of a waiver: the gate that it lets pass'),
  of: z.string().nullable().describe('Of a revocation and a review: digest of the record that it is about'),
  changeDigest: z.string().nullable().describe('Null for a waiver of every change on the target'),
  migrations: z.array(z.string()),
  rehearsalDigest: z.string().nullable().describe('Of the content of the newest green rehearsal'),
  policyDigest: z.string().nullable(),
  noRollbackDigest: z.string().nullable().describe('Of what the files declare to have no way back'),
  reason: z.string().nullable(),
  grantedAt: z.string(),
  expiresAt: z.string().nullable(),
});

/** The reports' shapes as validators. The types in `model` stay the truth: a test holds them equal. */
export const approvalSchema = z.object({
  kind: z.literal('approval'),
  version: z.literal(1),
  tool,
  target: z.string(),
  changeDigest: z.string().nullable(),
  statement: statement.describe('Its canonical JSON is what was signed'),
  signer: z.object({ principal: z.string(), fingerprint: z.string(), keyType: z.string() }),
  signature: z.string().describe('SSHSIG, armoured, namespace lockkeeper'),
});

const judged = z.object({
  record: z.string().describe('Digest of the record'),
  kind: z.enum(statementKinds),
  target: z.string(),
  role: z.string().nullable(),
  gate: z.string().nullable(),
  by: z.string().nullable().describe('By the allowed signers; null where they do not know the key'),
  grantedAt: z.string(),
  expiresAt: z.string().nullable(),
  reason: z.string().nullable(),
  fault: z.string().nullable().describe('Why it does not count; null when it does'),
  migrations: z.array(z.string()),
});

const review = z.object({
  record: z.string(),
  kind: z.enum(['waiver', 'break-glass']),
  target: z.string(),
  by: z.string().nullable(),
  reason: z.string().nullable(),
  grantedAt: z.string(),
  dueAt: z.string(),
  overdue: z.boolean(),
});

export const approvalListSchema = z.object({
  kind: z.literal('approvals'),
  version: z.literal(1),
  tool,
  target: z.string(),
  tier: z.number(),
  changeDigest: z.string().nullable().describe('Null where nothing is to be applied'),
  migrations: z.array(z.string()),
  demanded: z.array(z.object({ role: z.string(), count: z.number() })),
  secondApprover: z.boolean(),
  lacking: z.array(z.string()).describe('What is asked for and not there; empty when all is given'),
  authors: z.object({
    problem: z.string().nullable().describe('Why it is not known who wrote the change'),
    emails: z.array(z.string()),
    people: z.array(z.string()),
    unknown: z.array(z.string()),
  }),
  statements: z.array(judged),
  reviews: z.array(review),
  notes: z.array(z.string()),
});

/** JSON Schema (draft 2020-12) of what `approve` writes, as it stands in `schemas/`. Unknown properties are allowed. */
export function approveJsonSchema(): Readonly<Record<string, unknown>> {
  const schema = z.toJSONSchema(z.union([approvalSchema, approvalListSchema]), {
    target: 'draft-2020-12',
    io: 'input',
  });
  return { ...schema, title: 'lockkeeper approve report' };
}
