import { describe, expect, test } from 'vitest';
import approvalsGiven from '../../../../../src/during/preflight/gates/surroundings/approvals-given.js';
import evidenceIntact from '../../../../../src/during/preflight/gates/surroundings/evidence-intact.js';
import reviewsDone from '../../../../../src/during/preflight/gates/surroundings/reviews-done.js';
import type { ApprovalFacts, SeenStatement } from '../../../../../src/model/approval.js';
import type { JsonValue } from '../../../../../src/model/json.js';
import { by, change, factsWith, statement } from './approval-facts.js';
import { daysAgo, decided } from './decide-policy.js';

function judged(statements: readonly SeenStatement[], fields: Partial<ApprovalFacts> = {}, more: object = {}): string {
  const { secondApprover, ...facts } = factsWith(statements, fields);
  const observation = {
    facts: { ...facts, secondApprover },
    direction: 'up',
    proved: false,
    classified: true,
    ...more,
  };
  const controls = secondApprover ? ['second approver'] : [];
  return decided(approvalsGiven, JSON.parse(JSON.stringify(observation)) as JsonValue, { controls });
}

describe('approvals-given', () => {
  test('passes with the names of those who gave what is asked for, and where nothing is', () => {
    expect(judged([statement()])).toMatch(/^pass: Approved by bob@example\.com \(technical lead, 0{9,}/);
    expect(judged([], { demanded: [] })).toMatch(/^pass/);
    expect(judged([])).toMatch(
      /^block: Lacking: technical lead \(it may be given by bob@example\.com, dan@example\.com\)\.$/,
    );
    expect(judged([], {}, { classified: false })).toMatch(/^unknown/);
  });

  test.each([
    ['another target', statement({ target: 'staging' }), /it is for the target staging, and this is production/],
    [
      'another change',
      statement({ changeDigest: 'd'.repeat(64) }),
      /for the change dddddddddddd, and the files are cccccccccccc now/,
    ],
    [
      'another rehearsal',
      statement({ rehearsalDigest: 'q'.repeat(64) }),
      /given on the rehearsal qqqqqqqqqqqq, and the newest is rrr/,
    ],
    ['no rehearsal', statement({ rehearsalDigest: null }), /given without a rehearsal/],
    ['another policy', statement({ policyDigest: 'q'.repeat(64) }), /the policy is another since/],
    ['another word on the way back', statement({ noRollbackDigest: 'n'.repeat(64) }), /no way back is something else/],
    ['a time that is over', statement({ expiresAt: daysAgo(0.1) }), /it expired/],
    ['a time that has not come', statement({ grantedAt: daysAgo(-1) }), /which is not yet/],
    ['a time without end', statement({ expiresAt: null }), /does not say when it expires/],
    ['too long a time', statement({ expiresAt: daysAgo(-30) }), /more than 14 days/],
    ['a role that nobody named', statement({ role: 'king' }), /policy\.roles has no role king/],
    ['a role that is another’s', statement({ role: 'product owner' }), /does not name its signer for product owner/],
    [
      'a key that nobody knows',
      statement({}, { fault: 'unknown key', problem: 'no allowed signer has it' }),
      /no allowed signer has it/,
    ],
    [
      'a key that has expired',
      statement({}, { fault: 'key not valid', problem: 'was valid until May' }),
      /was valid until May/,
    ],
  ])('an approval with %s does not count, and is named', (_, one, why) => {
    expect(judged([one])).toMatch(/^block: Lacking: technical lead .* 0{6,}\d* by bob@example\.com \(/);
    expect(judged([one])).toMatch(why);
  });

  test('a newer rehearsal that is not asked for voids nothing that was given without one', () => {
    const lax = { change: { ...change, rehearsalAsked: false } };
    expect(judged([statement({ rehearsalDigest: null })], lax)).toMatch(/^pass/);
  });

  test('what was tampered with blocks, whatever else was given', () => {
    const bad = statement({}, { fault: 'tampered', problem: 'the signature is not of this statement' });
    expect(judged([statement(), bad])).toMatch(
      /^block: The record \d+\.json of an approval was tampered with: the signature/,
    );
    expect(judged([statement(), { ...bad, statement: null }])).toMatch(/^block/);
  });

  test('what was taken back does not count', () => {
    const given = statement();
    const taken = by('carol@example.com', [], { kind: 'revocation', of: given.record, role: null });
    expect(judged([given, taken])).toMatch(/^block: .*carol@example\.com revoked it/);
    expect(judged([given, { ...taken, fault: 'unknown key', problem: 'nobody has it' }])).toMatch(/^pass/);
  });

  test('the author counts beside somebody else, and never alone', () => {
    const author = { authors: { problem: null, emails: [], people: ['bob@example.com'], unknown: [] } };
    expect(judged([statement()], author)).toMatch(/^block: .*its signer wrote the change, and nobody else approved it/);
    const carol = by('carol@example.com', [], { role: 'approver' });
    expect(judged([statement(), carol], author)).toMatch(/^pass/);
  });

  test('who wrote it has to be known', () => {
    const nobody = { problem: 'a.sql is not in git', emails: [], people: [], unknown: [] };
    expect(judged([statement()], { authors: nobody })).toMatch(/^unknown: .*a\.sql is not in git/);
    const stranger = { ...nobody, problem: null, unknown: ['eve@example.com'] };
    expect(judged([statement()], { authors: stranger })).toMatch(/^unknown: .*eve@example\.com/);
    expect(judged([statement()], { signersProblem: 'there is no such file' })).toMatch(/^unknown: .*no such file/);
    expect(judged([statement()], { change: { ...change, target: null } })).toMatch(/^unknown: .*connection string/);
  });

  test('one person fills one role, unless the policy lets them fill several', () => {
    const demanded = [
      { role: 'technical lead', count: 1 },
      { role: 'product owner', count: 1 },
    ];
    const roles = ['technical lead', 'product owner'];
    const both = [by('bob@example.com', roles), by('bob@example.com', roles, { role: 'product owner' })];
    expect(judged(both, { demanded })).toMatch(/^block: Lacking: product owner/);
    const { terms } = factsWith([]);
    expect(judged(both, { demanded, terms: { ...terms, severalRoles: true } })).toMatch(/^pass/);
    // Bob could be either; Carol can only be the owner.
    const fitting = [...both, by('carol@example.com', ['product owner'], { role: 'product owner' })];
    expect(judged(fitting.toReversed(), { demanded })).toMatch(/^pass/);
    expect(judged(fitting, { demanded })).toMatch(/^pass/);
  });

  test('two of one role are two persons', () => {
    const demanded = [{ role: 'technical lead', count: 2 }];
    expect(judged([statement(), statement()], { demanded })).toMatch(/^block: Lacking: technical lead/);
    const { terms } = factsWith([]);
    const several = { demanded, terms: { ...terms, severalRoles: true } };
    expect(judged([statement(), statement()], several)).toMatch(/^block/);
    expect(judged([statement(), by('dan@example.com', ['technical lead'])], several)).toMatch(/^pass/);
    expect(judged([], { demanded })).toMatch(/Lacking: 2 × technical lead/);
  });

  test('a second approver is another person', () => {
    const asked = { secondApprover: true };
    expect(judged([statement()], asked)).toMatch(/^block: Lacking: an approval of a second person/);
    expect(judged([statement(), statement({ role: 'approver' })], asked)).toMatch(/^block/);
    expect(judged([statement(), by('carol@example.com', [], { role: 'approver' })], asked)).toMatch(/^pass/);
  });

  test('broken glass lets it pass for a while, and says so', () => {
    const glass = { kind: 'break-glass', role: null, rehearsalDigest: null, reason: 'down' } as const;
    const short = { grantedAt: daysAgo(0.1), expiresAt: daysAgo(-0.05) };
    expect(judged([statement({ ...glass, ...short })])).toMatch(
      /^warn: bob@example\.com broke the glass .*down\. Lacking: technical lead/,
    );
    expect(judged([statement(glass)])).toMatch(/^block: .*more than 4 hours/);
    expect(judged([statement({ ...glass, ...short, reason: ' ' })])).toMatch(/^block: .*it gives no reason/);
    expect(judged([statement({ ...glass, ...short, changeDigest: 'x' })])).toMatch(/^block: .*it is for the change x/);
    const { terms } = factsWith([]);
    const named = { terms: { ...terms, roles: { ...terms.roles, 'break-glass': ['carol@example.com'] } } };
    expect(judged([statement({ ...glass, ...short })], named)).toMatch(/^block: .*for break-glass/);
  });

  test('a way back waits for nobody', () => {
    expect(judged([], {}, { direction: 'down', proved: true })).toMatch(/^pass/);
    expect(judged([], {}, { direction: 'down' })).toMatch(/^warn/);
  });
});

describe('reviews-done', () => {
  const glass = (days: number) =>
    statement({ kind: 'break-glass', role: null, reason: 'down', grantedAt: daysAgo(days) });
  const seen = (statements: readonly SeenStatement[], direction = 'up', tier = 1): string => {
    const observation = { target: 'production', reviewDays: 7, direction, statements };
    return decided(reviewsDone, JSON.parse(JSON.stringify(observation)) as JsonValue, { tier });
  };

  test('an exception is due at once, and blocks the next change once it is overdue', () => {
    expect(seen([])).toMatch(/^pass/);
    expect(seen([glass(6)])).toMatch(/^warn: To be looked into: break-glass by bob@example\.com/);
    expect(seen([glass(8)])).toMatch(/^block: Not looked into within 7 days/);
    expect(seen([glass(8)], 'up', 2)).toMatch(/^warn/);
    expect(seen([glass(8)], 'down')).toMatch(/^warn/);
    expect(seen([statement({ kind: 'break-glass', target: 'staging', grantedAt: daysAgo(8) })])).toMatch(/^pass/);
  });

  test('it is closed by a signed review of somebody else', () => {
    const due = glass(8);
    const review = { kind: 'review', of: due.record, role: null } as const;
    expect(seen([due, statement(review)])).toMatch(/^block/);
    expect(seen([due, by('carol@example.com', [], review)])).toMatch(/^pass/);
    expect(seen([due, { ...by('carol@example.com', [], review), fault: 'unknown key', problem: 'x' }])).toMatch(
      /^block/,
    );
    expect(seen([due, by('carol@example.com', [], { ...review, of: 'another' })])).toMatch(/^block/);
  });
});

describe('evidence-intact', () => {
  const whole = { records: 3, problems: [], anchors: 1, found: 2, missing: [] };
  const gone = { entry: 7, at: '2026-06-15T12:00:00Z', record: 'a'.repeat(64) };
  test.each<[object, number, RegExp]>([
    [{}, 1, /^pass: 3 records hang together, and all/],
    [{ anchors: 0, found: 0 }, 1, /^pass: .* names none yet/],
    [
      { problems: [{ kind: 'changed', name: 'x.json', predecessor: null }] },
      3,
      /^block: .*x\.json is not as it was written/,
    ],
    [
      { problems: [{ kind: 'missing', name: 'y.json', predecessor: 'b'.repeat(64) }] },
      3,
      /^block: .*bbbb before y\.json is gone/,
    ],
    [{ missing: [gone] }, 3, /^block: .*aaaa is gone, which entry 7 of the ledger names/],
    [{ missing: [gone], found: 0 }, 1, /^block: None of the 1 records is here/],
    [{ missing: [gone], found: 0 }, 2, /^warn: None/],
  ])('%j in tier %i', (fields, tier, expected) => {
    expect(decided(evidenceIntact, { ...whole, ...fields }, { tier })).toMatch(expected);
  });
});
