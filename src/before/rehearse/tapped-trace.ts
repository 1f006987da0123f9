import { placeInText } from '../../foundation/steps/statement-error.js';
import type { TappedError, TappedStatement, TappedTransactionEnd } from '../../foundation/tap/tap.js';
import type { StatementError, StatementTrace } from '../../model/trace.js';
import { dateReleases } from './date-releases.js';
import type { Surroundings } from './migration-trace.js';
import type { TimedStatement } from './surroundings.js';

/** What the tap told of one run of a command, in order. */
export interface TappedRun {
  readonly startedAt: number;
  readonly statements: readonly TappedStatement[];
  readonly transactionEnds: readonly TappedTransactionEnd[];
}

/** When each statement ran, and when its locks were gone. */
export function timeTapped({ statements, transactionEnds }: TappedRun): readonly TimedStatement[] {
  return statements.map(({ sessionNumber, startedAt, endedAt, inTransaction }) => {
    const end = transactionEnds.find((other) => other.sessionNumber === sessionNumber && other.endedAt >= endedAt);
    return { sessionNumber, startedAt, endedAt, releasedAt: inTransaction ? (end?.endedAt ?? null) : endedAt };
  });
}

/** Statements of the tool's own making have no file: their place is their number in the order of their running. */
export function traceTapped(
  run: TappedRun,
  path: string,
  around: Pick<Surroundings, 'traffic' | 'standby'>,
): readonly StatementTrace[] {
  const times = timeTapped(run);
  return run.statements.map((statement, index) => {
    const { observation, startedAt } = statement;
    return {
      sql: statement.sql,
      path,
      line: index + 1,
      startedAtMs: startedAt - run.startedAt,
      durationMs: statement.endedAt - startedAt,
      transactionBlock: statement.transactionBlock,
      ...observation,
      locks: dateReleases(observation.locks, { startedAt, releasedAt: times[index]?.releasedAt ?? null }),
      traffic: around.traffic[index] ?? [],
      standby: around.standby[index] ?? null,
      notices: statement.notices,
      error: statement.error === null ? null : errorOf(statement.error, statement.sql, { path, line: index + 1 }),
      prediction: null,
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
