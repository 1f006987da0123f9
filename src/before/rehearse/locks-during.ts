import type { LockTrace } from '../../model/locks.js';
import type { StatementTrace } from '../../model/trace.js';

/**
 * The locks under which a statement runs: its own, and those that earlier statements of its transaction still hold.
 * Relations that the migration itself made are left out: nobody else knows them yet.
 */
export function locksDuring(statements: readonly StatementTrace[], statement: StatementTrace): readonly LockTrace[] {
  const earlier = statements.slice(0, statements.indexOf(statement));
  const made = new Set(
    earlier.flatMap((other) => other.locks.filter((lock) => lock.created)).map((lock) => lock.relation),
  );
  const held = earlier.flatMap((other) =>
    other.locks.filter((lock) => other.startedAtMs + (lock.heldMs ?? 0) >= statement.startedAtMs),
  );
  return [...held, ...statement.locks].filter((lock) => lock.created === undefined && !made.has(lock.relation));
}
