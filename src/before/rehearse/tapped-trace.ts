import { placeInText } from '../../foundation/steps/statement-error.js';
import type { TappedError, TappedStatement, TappedTransactionEnd } from '../../foundation/tap/tap.js';
import type { StatementError, StatementTrace } from '../../model/trace.js';
import { dateReleases } from './date-releases.js';

/** What the tap told of one run of a command, in order. */
export interface TappedRun {
  readonly startedAt: number;
  readonly statements: readonly TappedStatement[];
  readonly transactionEnds: readonly TappedTransactionEnd[];
}

/** Statements of the tool's own making have no file: their place is their number in the order of their running. */
export function traceTapped(run: TappedRun, path: string): readonly StatementTrace[] {
  return run.statements.map((statement, index) => {
    const end = run.transactionEnds.find(
      ({ sessionNumber, endedAt }) => sessionNumber === statement.sessionNumber && endedAt >= statement.endedAt,
    );
    const releasedAt = statement.inTransaction ? (end?.endedAt ?? null) : statement.endedAt;
    const { observation } = statement;
    return {
      sql: statement.sql,
      path,
      line: index + 1,
      startedAtMs: statement.startedAt - run.startedAt,
      durationMs: statement.endedAt - statement.startedAt,
      transactionBlock: statement.transactionBlock,
      ...observation,
      locks: dateReleases(observation.locks, { startedAt: statement.startedAt, releasedAt }),
      notices: statement.notices,
      error: statement.error === null ? null : errorOf(statement.error, statement.sql, { path, line: index + 1 }),
    };
  });
}

function errorOf(
  error: TappedError,
  sql: string,
  at: { readonly path: string; readonly line: number },
): StatementError {
  const { column, excerpt } = placeInText(sql, error.position ?? 1);
  const { code, message, detail, hint } = error;
  return { code, message, detail, hint, ...at, column, excerpt };
}
