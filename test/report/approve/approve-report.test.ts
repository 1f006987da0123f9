import { expect, expectTypeOf, test } from 'vitest';
import type { z } from 'zod';
import type { ApprovalDraft, ApprovalListReport, ApprovalReport } from '../../../src/model/approval.js';
import { type approvalListSchema, type approvalSchema, approveJsonSchema } from '../../../src/report/approve-schema.js';
import { renderApproval, renderApprovalDraft, renderApprovalList } from '../../../src/report/approve/terminal.js';
import type { DeepReadonly } from '../../support/deep-readonly.js';

test('the schemas describe exactly what the model says', () => {
  expectTypeOf<DeepReadonly<z.infer<typeof approvalSchema>>>().toEqualTypeOf<DeepReadonly<ApprovalReport>>();
  expectTypeOf<DeepReadonly<z.infer<typeof approvalListSchema>>>().toEqualTypeOf<DeepReadonly<ApprovalListReport>>();
  expect(approveJsonSchema()).toHaveProperty('anyOf');
});

const tool = { name: 'lockkeeper', version: '1.0.0' } as const;
const look = { width: 100, color: false };
const hostile = 'hurry\u001b[2J\u202E';

const report: ApprovalReport = {
  kind: 'approval',
  version: 1,
  tool,
  target: 'production',
  changeDigest: 'c'.repeat(64),
  statement: {
    kind: 'approval',
    version: 1,
    target: 'production',
    role: 'technical lead',
    gate: null,
    of: null,
    changeDigest: 'c'.repeat(64),
    migrations: ['0042'],
    rehearsalDigest: null,
    policyDigest: 'p'.repeat(64),
    noRollbackDigest: null,
    reason: hostile,
    grantedAt: '2026-06-01T12:00:00.000Z',
    expiresAt: '2026-06-08T12:00:00.000Z',
  },
  signer: { principal: 'bob@example.com', fingerprint: 'SHA256:abc', keyType: 'ssh-ed25519' },
  signature: '-----BEGIN SSH SIGNATURE-----',
};

const draft: ApprovalDraft = {
  kind: 'approval-draft',
  statement: report.statement,
  signer: report.signer,
  program: 'lockkeeper',
  tier: 1,
  migrations: [
    { id: '0042', path: '0042_x.sql', risk: 'HIGH', reasons: ['it takes something away'], reversibility: 'loses data' },
  ],
  rehearsal: {
    startedAt: '2026-06-01T10:00:00.000Z',
    serverVersion: '17.4',
    data: 'filled',
    durationMs: 1_200,
    longestLock: { relation: 'public.orders', mode: 'AccessExclusiveLock', heldMs: 80 },
    longestStallMs: 75,
    walBytes: 2_048,
    errors: 0,
    warnings: 2,
  },
  lacking: ['product owner'],
  notes: ['You wrote this change.'],
};

test('whoever signs sees change, risk, figures, target, time and key, and nothing steers the terminal', () => {
  const text = renderApprovalDraft(draft, look);
  for (const part of [
    'an approval as technical lead',
    'production, tier 1',
    '0042_x.sql',
    'HIGH, loses data',
    'it takes something away',
    'AccessExclusiveLock on public.orders for 80 ms',
    'traffic stood still for 75 ms',
    '0 errors and 2 warnings',
    '2026-06-08 12:00 UTC',
    'bob@example.com with ssh-ed25519 SHA256:abc',
    'product owner',
  ])
    expect(text.replace(/\s+/g, ' ')).toContain(part);
  expect(text).not.toContain('\u001b');
  expect(text).not.toContain('\u202E');
  expect(renderApprovalDraft({ ...draft, rehearsal: null }, look)).toMatch(/rehearsal +none/);
});

test('what was signed, and what is left', () => {
  const about = { path: 'x.json', lacking: ['product owner'], notes: [] };
  expect(renderApproval(report, about, look)).toMatch(
    /Signed by bob@example\.com: approval technical lead[^]*lacking +product owner/,
  );
  expect(renderApproval(report, { ...about, lacking: [] }, look)).toContain('are given');
});

test('a list says what counts, what does not and why, and what is overdue', () => {
  const list: ApprovalListReport = {
    kind: 'approvals',
    version: 1,
    tool,
    target: 'production',
    tier: 1,
    changeDigest: 'c'.repeat(64),
    migrations: ['0042'],
    demanded: [{ role: 'technical lead', count: 2 }],
    secondApprover: true,
    lacking: ['technical lead'],
    authors: { problem: null, emails: [], people: ['alice@example.com'], unknown: ['eve@example.com'] },
    statements: [
      {
        record: 'a'.repeat(64),
        kind: 'approval',
        target: 'production',
        role: 'technical lead',
        gate: null,
        by: null,
        grantedAt: '2026-06-01T12:00:00.000Z',
        expiresAt: '2026-06-08T12:00:00.000Z',
        reason: null,
        fault: 'no allowed signer has the key',
        migrations: ['0042'],
      },
    ],
    reviews: [
      {
        record: 'b'.repeat(64),
        kind: 'break-glass',
        target: 'production',
        by: 'bob@example.com',
        reason: 'down',
        grantedAt: '2026-05-01T12:00:00.000Z',
        dueAt: '2026-05-08T12:00:00.000Z',
        overdue: true,
      },
    ],
    notes: [],
  };
  const text = renderApprovalList(list, look).replace(/\s+/g, ' ');
  expect(text).toContain('2 × technical lead, a second person');
  expect(text).toContain('alice@example.com, eve@example.com (not known)');
  expect(text).toContain('somebody unknown');
  expect(text).toContain('does not count: no allowed signer has the key');
  expect(text).toContain('is to be looked into by 2026-05-08 12:00 UTC: down');
});
