import type { Session } from '../../../src/foundation/postgres/session.js';
import type { LockHistory } from '../../../src/foundation/observers/lock-history.js';
import { observeSession } from '../../../src/foundation/observers/observe-session.js';
import { asObserved } from '../../../src/foundation/steps/observed-by-runner.js';
import { compareLooks, groupModes, lookFromOutside, nothing, type ObservedEffects, runStatement } from './oracle.js';

export interface OutsideLab {
  /** Runs the statement, in a database that is thrown away afterwards. */
  readonly session: Session;
  /** A second session in the same database. */
  readonly watch: Session;
  readonly history: LockHistory;
}

/**
 * Runs statements without a transaction block, as those need that refuse one, and watches the last one through the
 * observers of a rehearsal: locks that come and go are caught by a loop inside the server.
 */
export async function observeOutside(lab: OutsideLab, statements: readonly string[]): Promise<ObservedEffects> {
  const { session, watch, history } = lab;
  const sql = statements.at(-1) ?? '';
  for (const earlier of statements.slice(0, -1)) await session.query(earlier);
  const before = await lookFromOutside(session);
  const observer = await observeSession({ watch, work: null, history }, asObserved(session));
  await observer.before({ sql, inTransaction: false });
  const startedAt = performance.now();
  const error = await runStatement(session, sql);
  const outcome = { startedAt, endedAt: performance.now(), failed: error !== null };
  const { locks } = await observer.after({ sql, inTransaction: false }, outcome);
  const after = await lookFromOutside(session);
  const known = new Set([...before.values()].map(({ name }) => name));
  return {
    ...nothing(before),
    ...compareLooks(before, after),
    locks: groupModes(
      locks
        .filter(({ created, relation }) => created !== true && known.has(relation))
        .map(({ relation, mode }) => ({ name: relation, mode })),
    ),
    refused: true,
    error: error?.error ?? null,
  };
}
