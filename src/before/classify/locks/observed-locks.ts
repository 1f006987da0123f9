import { blockedTraffic, type LockTrace, type RelationKind } from '../../../model/locks.js';
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

const setting = /^\s*set\s+(?:local\s+|session\s+)?lock_timeout\s*(?:=|to)\s*'?(\w+)/i;
const resetting = /^\s*reset\s+(?:lock_timeout|all)\b/i;

/** Whether a lock_timeout was in force when the statement at this place ran. */
export function hadTimeout({ statements }: MigrationTrace, index: number): boolean {
  const change = statements.slice(0, index).findLast(({ sql }) => setting.test(sql) || resetting.test(sql));
  return change !== undefined && /^[1-9]/.test(setting.exec(change.sql)?.[1] ?? '');
}
