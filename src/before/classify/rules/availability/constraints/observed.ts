import type { LockMode } from '../../../../../model/locks.js';
import type { StatementTrace } from '../../../../../model/trace.js';
import type { ObservedExample } from '../../../rule.js';

/** Whether a statement locks a table that was there, in this mode. */
export function locksTable({ locks }: StatementTrace, mode: LockMode): boolean {
  return locks.some((lock) => lock.mode === mode && lock.kind === 'table' && lock.created === undefined);
}

/** An index was built under a lock that stops reads and writes. */
export function buildsIndexExclusively({ trace }: ObservedExample): boolean {
  return trace.statements.some(
    (statement) =>
      statement.newFiles.length > 0 && statement.rewrites.length === 0 && locksTable(statement, 'AccessExclusiveLock'),
  );
}

/** A table was read whole under a lock of this mode, and not written anew. */
export function scansUnder(mode: LockMode): (example: ObservedExample) => boolean {
  return ({ trace }) =>
    trace.statements.some(
      (statement) =>
        statement.scans.length > 0 &&
        statement.rewrites.length === 0 &&
        statement.newFiles.length === 0 &&
        locksTable(statement, mode),
    );
}

/** A table was written anew. */
export function rewrites({ trace }: ObservedExample): boolean {
  return trace.statements.some((statement) => statement.rewrites.length > 0);
}
