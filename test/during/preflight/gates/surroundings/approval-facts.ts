import type { ApprovalFacts, ApprovalStatement, SeenStatement } from '../../../../../src/model/approval.js';
import { daysAgo } from './decide-policy.js';

export const change = {
  target: 'production',
  tier: 1,
  changeDigest: 'c'.repeat(64),
  migrations: ['0042'],
  rehearsalDigest: 'r'.repeat(64),
  rehearsalAsked: true,
  policyDigest: 'p'.repeat(64),
  noRollbackDigest: null,
};

let made = 0;

/** An approval by bob as technical lead, a day ago, that counts. */
export function statement(fields: Partial<ApprovalStatement> = {}, seen: Partial<SeenStatement> = {}): SeenStatement {
  made += 1;
  return {
    name: `${made}.json`,
    record: String(made).padStart(64, '0'),
    statement: {
      kind: 'approval',
      version: 1,
      target: 'production',
      role: 'technical lead',
      gate: null,
      of: null,
      changeDigest: change.changeDigest,
      migrations: ['0042'],
      rehearsalDigest: change.rehearsalDigest,
      policyDigest: change.policyDigest,
      noRollbackDigest: null,
      reason: null,
      grantedAt: daysAgo(1),
      expiresAt: daysAgo(-5),
      ...fields,
    },
    fault: null,
    problem: null,
    principal: 'bob@example.com',
    person: 'bob@example.com',
    fingerprint: 'SHA256:bob',
    roles: ['technical lead', 'approver'],
    ...seen,
  };
}

export function by(name: string, roles: readonly string[], fields: Partial<ApprovalStatement> = {}): SeenStatement {
  return statement(fields, {
    principal: name,
    person: name,
    fingerprint: `SHA256:${name}`,
    roles: [...roles, 'approver'],
  });
}

export function factsWith(statements: readonly SeenStatement[], fields: Partial<ApprovalFacts> = {}): ApprovalFacts {
  return {
    change,
    terms: {
      roles: { 'technical lead': ['bob@example.com', 'dan@example.com'], 'product owner': ['carol@example.com'] },
      severalRoles: false,
      approvalDays: 14,
      waiverDays: 14,
      breakGlassHours: 4,
      reviewDays: 7,
      signedConfirmations: false,
      unsignedWaivers: false,
    },
    demanded: [{ role: 'technical lead', count: 1 }],
    secondApprover: false,
    authors: { problem: null, emails: ['alice@example.com'], people: ['alice@example.com'], unknown: [] },
    statements,
    signersProblem: null,
    ...fields,
  };
}
