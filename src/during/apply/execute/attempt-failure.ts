import type { PlanStep } from '../../../model/apply-plan.js';
import type { AttemptFailure } from '../../../model/apply-run.js';
import type { Statement } from '../../../model/sql-text.js';
import { placeError } from '../../../foundation/steps/statement-error.js';

/** Why a watcher ended an attempt; it is what the abort signal of the attempt carries. */
export class AttemptEnded extends Error {
  readonly kind: AttemptFailure['kind'];

  constructor(kind: AttemptFailure['kind'], message: string) {
    super(message);
    this.kind = kind;
  }
}

/** lock_not_available; a deadlock and a serialization failure leave nothing either, and may be tried again. */
const tryAgain: ReadonlySet<string> = new Set(['55P03', '40P01', '40001']);

const connectionLost = 'The connection to the server was lost.';

/** What an attempt's end means. A watcher's word goes before the server's, which only says that it was cancelled. */
export function toAttemptFailure(
  cause: unknown,
  { statement, ended, closed }: { statement: Statement | null; ended: AttemptEnded | null; closed: boolean },
): AttemptFailure {
  const placed = statement === null ? null : placeError(statement, cause);
  const place = placed === null ? null : `${placed.path}:${placed.line}`;
  const sqlState = placed?.code ?? codeOf(cause);
  // Only the server's own last words count: what the network says is no SQLSTATE.
  const lastWords = sqlState !== null && /^57P0\d$/.test(sqlState) ? sqlState : null;
  if (closed) return { kind: 'lost', sqlState: lastWords, message: ended?.message ?? connectionLost, place };
  if (ended !== null) return { kind: ended.kind, sqlState, message: ended.message, place };
  const message = placed?.message ?? (cause instanceof Error ? cause.message : String(cause));
  if (cause instanceof AttemptEnded) return { kind: cause.kind, sqlState: null, message, place };
  return { kind: tryAgain.has(sqlState ?? '') ? 'lock-timeout' : 'error', sqlState, message, place };
}

function codeOf(cause: unknown): string | null {
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : null;
}

const endedByAdministrator = '57P01';

/** The next attempt may end better. Whoever ended the backend on purpose wants no other to take its place. */
export function mayTryAgain({ kind, sqlState }: AttemptFailure): boolean {
  if (kind === 'lost') return sqlState !== endedByAdministrator;
  return kind === 'lock-timeout' || kind === 'held-too-long';
}

/** One line for people: what the step is. */
export function shownSql({ statements }: PlanStep): string {
  return statements.map(({ sql }) => sqlOnOneLine(sql)).join('; ');
}

export function sqlOnOneLine(sql: string): string {
  return sql.replace(/\s+/g, ' ');
}
