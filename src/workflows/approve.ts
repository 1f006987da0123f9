import { type ApprovalJudgement, judgeApprovals } from '../foundation/approvals/judge-approvals.js';
import { longestOf, rightFault } from '../foundation/approvals/judge-statements.js';
import { intactOf, readRecords } from '../foundation/records/read-records.js';
import {
  type ApprovalDraft,
  type ApprovalFacts,
  type ApprovalReport,
  type ApprovalStatement,
  openRole,
} from '../model/approval.js';
import { ChangeSafetyError } from '../model/change-safety-error.js';
import type { Rehearsal } from '../model/rehearsal.js';
import { type ApprovedRequest, type DescribedChange, describeChange } from './approve/describe-change.js';
import { readApprovalFacts } from './approve/read-facts.js';
import { rehearsalFigures } from './approve/rehearsal-figures.js';
import { type OpenedSigner, openSigner, type SigningRequest, signStatement } from './approve/sign-statement.js';

export { listApprovals, type ListApprovalsRequest } from './approve/list-approvals.js';
export { reviewException, revokeStatement, type StatementRequest } from './approve/about-statement.js';

/** What is signed. */
export type ApprovalWish =
  /** Role null: the first that is open, and that the signer may fill. */
  | { readonly kind: 'approval'; readonly role: string | null }
  /** `anyChange`: of all changes on the target until it expires. */
  | { readonly kind: 'waiver'; readonly gate: string; readonly anyChange: boolean }
  | { readonly kind: 'break-glass' };

export interface ApproveRequest extends ApprovedRequest, SigningRequest {
  readonly wish: ApprovalWish;
  readonly reason: string | null;
  /** How long it holds; null: the usual time. */
  readonly validMs: number | null;
  /** Asked with what would be signed. */
  readonly agree: (draft: ApprovalDraft) => Promise<boolean>;
}

export interface ApproveResult {
  readonly draft: ApprovalDraft;
  /** Null when whoever was asked did not agree. */
  readonly report: ApprovalReport | null;
  readonly recordPath: string | null;
  /** What is lacking afterwards, in words. */
  readonly lacking: readonly string[];
  readonly notes: readonly string[];
}

/**
 * Signs that a change may go to a target, that a gate may be passed, or that it goes without approvals: bound to the bytes of
 * the change, its rehearsal and the policy. Nothing is signed that would not count.
 * @throws ChangeSafetyError for a key, a role, a time or a rehearsal with which it would not.
 */
export async function approve(request: ApproveRequest): Promise<ApproveResult> {
  const described = await describeChange(request);
  if (described.selected.change.length === 0) throw nothingToApprove(described.target.words);
  const facts = await factsOf(described, request);
  refuseUnknownRoles(facts);
  const opened = await openSigner(described.loaded, facts.terms, request);
  const before = judge(facts, request.clock.date());
  const statement = draftStatement(request, { facts, before, opened });
  const draft = await toDraft(described, { facts, before, opened, statement });
  if (!(await request.agree(draft))) {
    return { draft, report: null, recordPath: null, lacking: before.lacking, notes: draft.notes };
  }
  const { dir: evidenceDir } = described.loaded.config.evidence;
  const connect = described.asked ? described.target.connect : null;
  const signed = await signStatement(statement, opened, { evidenceDir, connect });
  const after = judge(await factsOf(described, request), request.clock.date());
  const { report, recordPath, notes } = signed;
  return { draft, report, recordPath, lacking: after.lacking, notes: [...draft.notes, ...notes] };
}

async function factsOf(described: DescribedChange, { clock, env, signal }: ApproveRequest): Promise<ApprovalFacts> {
  const assessments = described.classified.map(({ assessment }) => assessment);
  const records = await readRecords(described.loaded.config.evidence.dir);
  return await readApprovalFacts({ ...described, records, assessments, now: clock.date(), env, signal });
}

function judge(facts: ApprovalFacts, now: Date): ApprovalJudgement {
  return judgeApprovals({ ...facts, now });
}

interface Drafted {
  readonly facts: ApprovalFacts;
  readonly before: ApprovalJudgement;
  readonly opened: OpenedSigner;
}

const usualMs = 7 * 86_400_000;

function draftStatement(request: ApproveRequest, { facts, before, opened }: Drafted): ApprovalStatement {
  const { wish, reason, clock, validMs } = request;
  const { change, terms } = facts;
  const role = wish.kind === 'approval' ? (wish.role ?? openRoleFor(facts, before, opened)) : null;
  const why = rightFault({ kind: wish.kind, role, reason }, opened.roles, terms);
  if (why !== null) throw usage(`It would not count: ${why}.`, rightRemedy(wish.kind, opened));
  refuseUnrehearsed(wish, facts);
  const longestMs = longestOf(wish, terms);
  if (validMs !== null && (validMs > longestMs || validMs <= 0)) {
    throw usage(`It may hold for ${longestMs / 3_600_000} hours at most.`, 'Give --expires a shorter time.');
  }
  const now = clock.date();
  const isStanding = wish.kind === 'waiver' && wish.anyChange;
  return {
    kind: wish.kind,
    version: 1,
    target: change.target ?? '',
    role,
    gate: wish.kind === 'waiver' ? wish.gate : null,
    of: null,
    changeDigest: isStanding ? null : change.changeDigest,
    migrations: isStanding ? [] : change.migrations,
    rehearsalDigest: isStanding ? null : change.rehearsalDigest,
    policyDigest: change.policyDigest,
    noRollbackDigest: isStanding ? null : change.noRollbackDigest,
    reason,
    grantedAt: now.toISOString(),
    expiresAt: new Date(now.getTime() + (validMs ?? Math.min(usualMs, longestMs))).toISOString(),
  };
}

/** The first role that nobody fills yet and that the signer may; else the one that is open to all. */
function openRoleFor({ demanded }: ApprovalFacts, { given }: ApprovalJudgement, { roles }: OpenedSigner): string {
  const open = demanded.find(
    ({ role, count }) => roles.includes(role) && given.filter((one) => one.role === role).length < count,
  );
  return open?.role ?? openRole;
}

function rightRemedy(kind: ApprovalStatement['kind'], { roles, signer }: OpenedSigner): string {
  if (kind === 'approval') return `${signer.principal} may sign as ${roles.join(', ')}: --role.`;
  return 'Say why with --reason, and have policy.roles name who may.';
}

/** An approval without the rehearsal that the tier asks for would be one of nothing. */
function refuseUnrehearsed({ kind }: ApprovalWish, { change }: ApprovalFacts): void {
  if (kind !== 'approval' || !change.rehearsalAsked || change.rehearsalDigest !== null) return;
  throw usage(
    'There is no green rehearsal of the change as it is now.',
    'lockkeeper rehearse, and look at what it says.',
  );
}

/** @throws ChangeSafetyError `config-invalid` where the policy asks for a role that it gives to nobody. */
function refuseUnknownRoles({ demanded, terms }: ApprovalFacts): void {
  const unknown = demanded.filter(({ role }) => terms.roles[role] === undefined && role !== openRole);
  if (unknown.length === 0) return;
  throw new ChangeSafetyError({
    code: 'config-invalid',
    message: `The policy asks for ${unknown.map(({ role }) => role).join(', ')}, and policy.roles names nobody for it.`,
    remedy: `Say who may sign: policy: { roles: { ${unknown[0]?.role ?? ''}: [alice@example.com] } }.`,
    effect: 'none',
  });
}

async function toDraft(
  { loaded, classified, target }: DescribedChange,
  { facts, before, opened, statement }: Drafted & { readonly statement: ApprovalStatement },
): Promise<ApprovalDraft> {
  const { rehearsalDigest } = facts.change;
  const rehearsals = intactOf<Rehearsal>(await readRecords(loaded.config.evidence.dir), 'rehearsal');
  const rehearsal = rehearsals.find(({ subjectDigest }) => subjectDigest === rehearsalDigest);
  return {
    kind: 'approval-draft',
    statement,
    signer: opened.signer,
    program: opened.key.program,
    tier: target.tier,
    migrations: classified.map(({ id, path, risk, assessment }) => {
      return { id, path, risk, reasons: assessment.reasons, reversibility: assessment.reversibility };
    }),
    rehearsal: rehearsal === undefined ? null : rehearsalFigures(rehearsal.body),
    lacking: before.lacking,
    notes: notesOf(facts, opened, statement),
  };
}

function notesOf({ authors }: ApprovalFacts, { person }: OpenedSigner, { kind }: ApprovalStatement): readonly string[] {
  if (kind === 'break-glass') return ['What is done so has to be looked into by somebody else afterwards.'];
  if (authors.problem !== null) return [`It is not known who wrote the change: ${authors.problem}.`];
  if (authors.unknown.length > 0)
    return [`The allowed signers do not know ${authors.unknown.join(', ')}, who wrote it.`];
  return authors.people.includes(person) ? ['You wrote this change: it counts only beside somebody else’s.'] : [];
}

function nothingToApprove(words: string): ChangeSafetyError {
  return usage(
    `There is nothing to approve: ${words} has all that is wanted.`,
    '`lockkeeper status` says what it has.',
  );
}

function usage(message: string, remedy: string): ChangeSafetyError {
  return new ChangeSafetyError({ code: 'usage', message, remedy, effect: 'none' });
}
