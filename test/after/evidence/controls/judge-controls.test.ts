import { describe, expect, test } from 'vitest';
import type { ChangeFacts, Recorded } from '../../../../src/after/evidence/change-facts.js';
import { fillChecklist } from '../../../../src/after/evidence/checklists/checklist.js';
import { checklists } from '../../../../src/after/evidence/checklists/index.js';
import { confirmableItems } from '../../../../src/after/evidence/confirmable-items.js';
import { confirmableFor, judgeControls } from '../../../../src/after/evidence/controls/judge-controls.js';
import type { Assessment } from '../../../../src/model/classification.js';
import type { ConfirmationReport } from '../../../../src/model/confirmation.js';
import type { CheckRecord } from '../../../../src/model/evidence-bundle.js';
import type { GateResult, PreflightReport } from '../../../../src/model/preflight.js';

const empty: ChangeFacts = {
  changeDigest: 'c'.repeat(64),
  target: 'production',
  tier: 2,
  migrations: ['1'],
  checks: [],
  rehearsals: [],
  tests: [],
  proofs: [],
  backups: [],
  preflights: [],
  runs: [],
  reverts: [],
  validations: [],
  verifications: [],
  watches: [],
  approvals: [],
  reviews: [],
  confirmations: [],
};

const tool = { name: 'lockkeeper', version: '0' } as const;

function recorded<Body>(body: unknown, createdAt = '2026-01-01T00:00:00.000Z'): Recorded<Body> {
  return { digest: 'd'.repeat(64), createdAt, body: body as Body };
}

function checkOf(assessment: Partial<Assessment>): Recorded<CheckRecord> {
  const whole = {
    complexity: 'MEDIUM',
    expectedDowntime: 'none',
    blastRadius: { relations: [], totalBytes: null },
    requiredTesting: [],
    requiredReview: [],
    requiredDocumentation: [],
    controls: [],
    tier: 2,
    deployment: { order: 'any', steps: [] },
    ...assessment,
  };
  const migration = { id: '1', risk: whole.complexity, assessment: whole, statements: [], findings: [] };
  return recorded({ migrations: [migration], totals: { error: 0, warning: 0, info: 0 } });
}

function gatesOf(...gates: readonly Partial<GateResult>[]): Recorded<PreflightReport> {
  const whole = gates.map((gate) => ({ waiver: null, reason: 'so', verdict: 'pass', ...gate }));
  return recorded({
    gates: whole,
    verdict: 'pass',
    startedAt: '2026-01-01T00:00:00.000Z',
    durationMs: 0,
    migrations: [],
  });
}

function said(item: string, state: ConfirmationReport['state'] = 'done'): Recorded<ConfirmationReport> {
  const by = { git: 'Ada <ada@example.com>', osUser: 'ada', host: 'h' };
  return recorded({
    kind: 'confirmation',
    version: 1,
    tool,
    item,
    state,
    role: 'engineer',
    by,
    note: 'here',
    signed: null,
    at: '2026-01-02T00:00:00.000Z',
  });
}

const stateOf = (facts: ChangeFacts, id: string) => judgeControls(facts).controls.find((one) => one.id === id);

describe('judgeControls', () => {
  test('of nothing on record everything that every change needs is missing', () => {
    const { controls, complete, risk, applied } = judgeControls(empty);
    expect({ complete, risk, applied }).toEqual({ complete: false, risk: null, applied: 'no' });
    expect(controls.map(({ id }) => id)).toEqual([
      'classified',
      'rollback-tested',
      'preflight',
      'approvals',
      'applied',
      'validated',
      'exceptions-reviewed',
    ]);
    expect(controls.every(({ remedy, state }) => (state === 'missing') === (remedy !== null))).toBe(true);
  });

  test('risk, tier and the policy’s own words decide what is asked for', () => {
    const check = checkOf({
      requiredTesting: ['performance test'],
      requiredReview: ['peer review', 'Data Protection!'],
      controls: ['restore proof', 'rehearsal'],
    });
    const facts = { ...empty, checks: [check] };
    expect(stateOf(facts, 'performance-tested')).toMatchObject({ state: 'missing', demandedBy: ['risk MEDIUM'] });
    expect(stateOf(facts, 'peer-review')).toMatchObject({ state: 'ask', by: 'peer reviewer' });
    expect(stateOf(facts, 'data-protection')).toMatchObject({ state: 'ask', title: 'Data Protection!' });
    expect(stateOf(facts, 'restore-proof')).toMatchObject({ demandedBy: ['tier 2'] });
    expect(confirmableFor(facts).map(({ id }) => id)).toContain('data-protection');
    expect(stateOf({ ...facts, confirmations: [said('data-protection')] }, 'data-protection')).toMatchObject({
      state: 'done',
      by: 'Ada <ada@example.com> (engineer), unsigned',
      figures: 'here',
    });
    expect(judgeControls({ ...empty, tier: 1 }).controls.map(({ id }) => id)).toContain('watched');
  });

  test('a gate that is unknown is no pass, and a waiver names who takes the risk', () => {
    const check = checkOf({ controls: ['maintenance window'] });
    const withGate = (gate: Partial<GateResult>) => ({
      ...empty,
      checks: [check],
      preflights: [gatesOf({ id: 'maintenance-window', ...gate })],
    });
    const waiver = { gate: 'x', target: 'production', by: 'carol', reason: 'r', grantedAt: '', expiresAt: '' };
    expect(stateOf(withGate({ verdict: 'pass' }), 'maintenance-window')?.state).toBe('done');
    expect(stateOf(withGate({ verdict: 'unknown' }), 'maintenance-window')?.state).toBe('missing');
    expect(stateOf(withGate({ verdict: 'block' }), 'maintenance-window')?.state).toBe('failed');
    expect(stateOf(withGate({ verdict: 'unknown', waiver }), 'maintenance-window')).toMatchObject({
      state: 'waived',
      by: 'carol',
    });
  });
});

describe('checklists', () => {
  test('tick nothing that no record shows and nobody said', () => {
    const lines = checklists.flatMap((one) => fillChecklist(one, empty).sections.flatMap((section) => section.lines));
    expect(lines.length).toBeGreaterThan(100);
    expect(lines.filter(({ state }) => state === 'done' || state === 'failed')).toEqual([]);
    for (const line of lines.filter(({ state }) => state === 'ask')) {
      expect(line.askRole, line.text).not.toBeNull();
      expect(line.confirm, line.text).toContain('lockkeeper confirm ');
    }
  });

  test('everything that can be confirmed ticks a line or a step, and every line can be ticked', () => {
    const all = { ...empty, confirmations: confirmableItems.map(({ id }) => said(id)) };
    const lines = checklists.flatMap((one) => fillChecklist(one, all).sections.flatMap((section) => section.lines));
    expect(lines.filter(({ state }) => state === 'ask')).toEqual([]);
    const noNeed = { ...empty, confirmations: [said('stakeholders-notified', 'not applicable')] };
    const seen = checklists.flatMap((one) => fillChecklist(one, noNeed).sections.flatMap((section) => section.lines));
    expect(
      seen.filter(({ state, text }) => state === 'not applicable' && text.includes('takeholders')).length,
    ).toBeGreaterThan(2);
  });

  test('have the fields of the template', () => {
    const template = checklists.find(({ id }) => id === 'migration-template');
    const filled = template === undefined ? null : fillChecklist(template, empty);
    expect(filled?.sections.map(({ title, lines }) => [title, lines.length])).toEqual([
      ['Pre-Migration', 5],
      ['Execution', 5],
      ['Post-Migration', 5],
      ['Rollback (if needed)', 3],
    ]);
    expect(filled?.head.map(({ name }) => name)).toEqual(expect.arrayContaining(['Ticket', 'Date', 'Engineer']));
  });
});
