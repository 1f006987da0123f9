import {
  type ApprovalStatement,
  type ApprovalTerms,
  type ApprovedChange,
  type ChangeAuthors,
  type WeighedStatement,
  openRole,
  type SeenStatement,
} from '../../model/approval.js';

export interface StatementCase {
  readonly change: ApprovedChange;
  readonly terms: ApprovalTerms;
  readonly authors: ChangeAuthors;
  readonly statements: readonly SeenStatement[];
  readonly now: Date;
}

/** One that was judged, with who signed it. */
export interface CountedStatement {
  readonly seen: SeenStatement;
  readonly judged: WeighedStatement;
}

/** What each statement on record is worth for the change at hand; those that have nothing to do with it are left out. */
export function judgeStatements(facts: StatementCase): readonly CountedStatement[] {
  const revoked = revokedRecords(facts.statements);
  const judged = facts.statements
    .filter((seen) => concerns(seen, facts.change))
    .map((seen) => {
      return { seen, judged: toJudged(seen, faultOf(seen, revoked, facts)) };
    });
  return isAuthorAlone(judged, facts.authors) ? judged.map((one) => withoutAuthor(one)) : judged;
}

function concerns({ statement, fault }: SeenStatement, { changeDigest, target, migrations }: ApprovedChange): boolean {
  if (fault === 'tampered' || statement === null) return true;
  if (statement.kind === 'revocation' || statement.kind === 'review') return false;
  if (statement.changeDigest === null) return statement.target === target;
  return statement.changeDigest === changeDigest || statement.migrations.some((id) => migrations.includes(id));
}

/** Whoever is known may take a statement back: it makes nothing easier. */
function revokedRecords(statements: readonly SeenStatement[]): ReadonlyMap<string, string> {
  return new Map(
    statements.flatMap(({ statement, fault, principal }) =>
      statement?.kind === 'revocation' && fault === null && statement.of !== null
        ? [[statement.of, principal ?? '']]
        : [],
    ),
  );
}

const tolerance = 60_000;

function faultOf(
  { statement, problem, roles, record }: SeenStatement,
  revoked: ReadonlyMap<string, string>,
  { change, terms, now }: StatementCase,
): string | null {
  if (statement === null || problem !== null) return problem;
  const by = revoked.get(record);
  if (by !== undefined) return `${by} revoked it`;
  return bindingFault(statement, change) ?? timeFault(statement, terms, now) ?? rightFault(statement, roles, terms);
}

/** What it was given for is not what is there now. */
function bindingFault(statement: ApprovalStatement, change: ApprovedChange): string | null {
  const { target, changeDigest, policyDigest, rehearsalDigest, noRollbackDigest, kind } = statement;
  if (target !== change.target) return `it is for the target ${target}, and this is ${change.target ?? 'none by name'}`;
  if (changeDigest !== null && changeDigest !== change.changeDigest) {
    return `it is for the change ${short(changeDigest)}, and the files are ${short(change.changeDigest)} now`;
  }
  if (policyDigest !== change.policyDigest) return 'the policy is another since';
  if (kind !== 'approval') return null;
  if (noRollbackDigest !== change.noRollbackDigest)
    return 'what is declared to have no way back is something else since';
  if (rehearsalDigest === change.rehearsalDigest) return null;
  if (rehearsalDigest === null) return change.rehearsalAsked ? 'it was given without a rehearsal' : null;
  return change.rehearsalDigest === null
    ? `the rehearsal ${short(rehearsalDigest)} that it was given on is not on record`
    : `it was given on the rehearsal ${short(rehearsalDigest)}, and the newest is ${short(change.rehearsalDigest)}`;
}

function short(digest: string): string {
  return digest.slice(0, 12);
}

function timeFault(statement: ApprovalStatement, terms: ApprovalTerms, now: Date): string | null {
  const { grantedAt, expiresAt } = statement;
  const [granted, expires] = [Date.parse(grantedAt), Date.parse(expiresAt ?? '')];
  if (granted > now.getTime() + tolerance) return `it is dated ${grantedAt}, which is not yet`;
  if (Number.isNaN(expires)) return 'it does not say when it expires';
  if (expires <= now.getTime()) return `it expired ${expiresAt ?? ''}`;
  const longestMs = longestOf(statement, terms);
  return expires - granted > longestMs + tolerance ? `it holds for more than ${inWords(longestMs)}` : null;
}

const [hourMs, dayMs] = [3_600_000, 86_400_000];

/** How long a statement of a kind may hold. */
export function longestOf({ kind }: Pick<ApprovalStatement, 'kind'>, terms: ApprovalTerms): number {
  if (kind === 'break-glass') return terms.breakGlassHours * hourMs;
  return (kind === 'waiver' ? terms.waiverDays : terms.approvalDays) * dayMs;
}

function inWords(ms: number): string {
  return ms >= dayMs ? `${ms / dayMs} days` : `${ms / hourMs} hours`;
}

/** Roles of the policy for what is no approval: where it names them, nobody else may. */
const specialRoles = { waiver: 'waiver', 'break-glass': 'break-glass' } as const;

/** Why somebody may not sign such a statement; null when they may. */
export function rightFault(
  { kind, role, reason }: Pick<ApprovalStatement, 'kind' | 'role' | 'reason'>,
  roles: readonly string[],
  terms: Pick<ApprovalTerms, 'roles'>,
): string | null {
  if (kind === 'approval') {
    if (role === null) return 'it names no role';
    if (role !== openRole && terms.roles[role] === undefined) return `policy.roles has no role ${role}`;
    return roles.includes(role) ? null : `policy.roles does not name its signer for ${role}`;
  }
  if (kind !== 'waiver' && kind !== 'break-glass') return null;
  if (reason === null || reason.trim() === '') return 'it gives no reason';
  const special = specialRoles[kind];
  if (terms.roles[special] === undefined || roles.includes(special)) return null;
  return `policy.roles does not name its signer for ${special}`;
}

function toJudged(seen: SeenStatement, fault: string | null): WeighedStatement {
  const { record, statement, principal } = seen;
  return {
    record,
    kind: statement?.kind ?? 'approval',
    target: statement?.target ?? '',
    role: statement?.role ?? null,
    gate: statement?.gate ?? null,
    by: principal,
    grantedAt: statement?.grantedAt ?? '',
    expiresAt: statement?.expiresAt ?? null,
    reason: statement?.reason ?? null,
    fault,
    migrations: statement?.migrations ?? [],
  };
}

function approvals(judged: readonly CountedStatement[]): readonly CountedStatement[] {
  return judged.filter((one) => one.judged.kind === 'approval' && one.judged.fault === null);
}

/** Everybody who approved is among those who wrote it. */
function isAuthorAlone(judged: readonly CountedStatement[], { people }: ChangeAuthors): boolean {
  return approvals(judged).every(({ seen }) => people.includes(seen.person ?? ''));
}

function withoutAuthor(one: CountedStatement): CountedStatement {
  if (one.judged.kind !== 'approval' || one.judged.fault !== null) return one;
  return { ...one, judged: { ...one.judged, fault: 'its signer wrote the change, and nobody else approved it' } };
}
