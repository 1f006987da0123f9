import type { Finding } from '../model/rehearsal.js';
import type { ClaimCheck, MigrationTrace, StatementTrace, TrafficTrace } from '../model/trace.js';
import { type RelationLock, isLoud, lockStrength, strongestLocks } from './lock-summary.js';
import { formatCounted, formatDuration } from './units.js';

/** What remains in the database after a migration, in words. */
export function stateInWords(state: MigrationTrace['state']): string {
  switch (state.kind) {
    case 'applied':
      return 'applied';
    case 'rolled-back':
      return 'rolled back: the database is as it was before this migration';
    case 'partial':
      return `partly applied: ${formatCounted(state.appliedStatements, 'statement')} committed${invalidIndexes(state.invalidIndexes)}`;
    case 'not-run':
      return 'not run';
  }
}

function invalidIndexes(names: readonly string[]): string {
  if (names.length === 0) return '';
  return `, ${names.length === 1 ? 'an INVALID index remains' : 'INVALID indexes remain'}: ${names.join(', ')}`;
}

/** How the script meets transactions, in words. */
export function transactionInWords(transaction: MigrationTrace['transaction']): string {
  const modes = { single: 'one transaction', implicit: 'one implicit transaction', none: 'no transaction' } as const;
  const mode = modes[transaction.mode];
  return transaction.reason === '' ? mode : `${mode}: ${transaction.reason}`;
}

export function claimInWords(check: ClaimCheck): string {
  return `claim “${check.claim.text}” ${check.holds ? 'holds' : 'is broken'}: ${check.measured}`;
}

/** The heaviest lock that any statement of a migration took on a relation which existed before; null when there is none. */
export function heaviestLock(migration: MigrationTrace): RelationLock | null {
  let heaviest: RelationLock | null = null;
  for (const statement of migration.statements) {
    // A TOAST table or an index is locked together with its table, which is the name that people know.
    const locks = strongestLocks(statement.locks);
    const lock = locks.find(({ kind }) => kind !== 'toast' && kind !== 'index') ?? locks[0];
    if (lock !== undefined && (heaviest === null || weighs(lock, heaviest) > 0)) heaviest = lock;
  }
  return heaviest;
}

function weighs(a: RelationLock, b: RelationLock): number {
  return lockStrength(a.mode) - lockStrength(b.mode) || (a.heldMs ?? 0) - (b.heldMs ?? 0);
}

/** The longest stall of a list of traffic traces; null without traffic. */
export function worstStall(traffic: readonly TrafficTrace[]): TrafficTrace | null {
  return traffic.reduce<TrafficTrace | null>(
    (worst, one) => (worst === null || one.longestStallMs > worst.longestStallMs ? one : worst),
    null,
  );
}

/** One line per operation: the relation that felt it most, and all failures. */
export function stallsInWords(traffic: readonly TrafficTrace[]): readonly string[] {
  return (['read', 'write', 'standby read'] as const).flatMap((operation) => {
    const felt = traffic.filter((one) => one.operation === operation);
    const worst = worstStall(felt);
    if (worst === null) return [];
    const failures = felt.reduce((sum, one) => sum + one.failures, 0);
    const failed = failures > 0 ? `, ${formatCounted(failures, 'request')} failed` : '';
    return [`${operation}s ≤ ${formatDuration(worst.longestStallMs)} (p99 ${formatDuration(worst.p99Ms)})${failed}`];
  });
}

export function findingsOf(migration: MigrationTrace, findings: readonly Finding[]): readonly Finding[] {
  const paths = new Set([migration.path, ...migration.statements.map((statement) => statement.path)]);
  return findings.filter((finding) => paths.has(finding.path));
}

/** True when nobody needs to read about it: it was applied, kept its claims, stopped nobody and rewrote nothing. */
export function isQuiet(migration: MigrationTrace, findings: readonly Finding[]): boolean {
  return (
    migration.state.kind === 'applied' &&
    migration.claims.every((check) => check.holds) &&
    findingsOf(migration, findings).length === 0 &&
    migration.statements.every(isQuietStatement)
  );
}

function isQuietStatement(statement: StatementTrace): boolean {
  return (
    statement.error === null &&
    statement.rewrites.length === 0 &&
    (statement.standby?.cancelledQueries ?? 0) === 0 &&
    statement.traffic.every((one) => one.failures === 0) &&
    !strongestLocks(statement.locks).some(isLoud)
  );
}
