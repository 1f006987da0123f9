import { blockedTraffic, type LockTrace, type RelationKind } from '../../../model/locks.js';
import { parseMilliseconds } from '../milliseconds.js';
import type { MigrationTrace, StatementTrace } from '../../../model/trace.js';

const tableKinds: ReadonlySet<RelationKind> = new Set([
  'table',
  'partitioned table',
  'foreign table',
  'matview',
  'view',
]);

/** Locks on tables that were there before, which made traffic wait. */
export function observedBlocks({ locks }: StatementTrace): readonly LockTrace[] {
  return locks.filter(
    ({ kind, mode, created }) => created === undefined && tableKinds.has(kind) && blockedTraffic(mode) !== 'none',
  );
}

/** Whether one of the statements that look so made traffic wait although it might have queued without a limit. */
export function queuedWithoutLimit(trace: MigrationTrace, looks: RegExp): boolean {
  return trace.statements.some(
    (statement, index) =>
      looks.test(statement.sql) && observedBlocks(statement).length > 0 && !hadTimeout(trace, index),
  );
}

type Timeout = 'lock_timeout' | 'statement_timeout';

/** Whether a timeout was in force when the statement at this place ran. */
export function hadTimeout(trace: MigrationTrace, index: number, setting: Timeout = 'lock_timeout'): boolean {
  return (timeoutAt(trace, index, setting) ?? 0) > 0;
}

/** In milliseconds, as the script set it; null when it did not. */
export function timeoutAt({ statements }: MigrationTrace, index: number, setting: Timeout): number | null {
  const change = new RegExp(
    String.raw`^\s*(?:re)?set\s+(?:local\s+|session\s+)?${setting}\b\s*(?:=|to)?\s*'?([\w ]*)`,
    'i',
  );
  const last = statements.slice(0, index).findLast(({ sql }) => change.test(sql));
  return last === undefined ? null : parseMilliseconds(change.exec(last.sql)?.[1] ?? '');
}
