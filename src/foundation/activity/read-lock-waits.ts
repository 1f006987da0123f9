import type { ActivitySession, BlockingTree, LockEntry, LockWait, PreparedTransaction } from '../../model/activity.js';
import type { Session } from '../postgres/session.js';
import { buildTrees } from './build-trees.js';
import type { DatabaseNames } from './database-names.js';
import { deriveWaits } from './derive-waits.js';
import { readContendedLocks, readLocksAround } from './read-contended-locks.js';
import { readPreparedTransactions } from './read-prepared-transactions.js';
import { readSessions } from './read-sessions.js';

/** Who waits for whom, in one moment, as far as several questions make one. */
export interface LockWaits {
  readonly sessions: readonly ActivitySession[];
  readonly prepared: readonly PreparedTransaction[];
  readonly locks: readonly LockEntry[];
  readonly waits: readonly LockWait[];
  readonly trees: readonly BlockingTree[];
}

export interface ReadLockWaitsOptions {
  readonly databases: DatabaseNames;
  /** Ask the server itself for the order of the queues: exact, and dear to it. At most once a second. */
  readonly exact: boolean;
}

/** Each answer is reckoned while the whole lock table stands still: in a storm of thousands it is asked of some. */
const mostAsked = 100;

const blockersSql = `SELECT w.pid, pg_catalog.pg_blocking_pids(w.pid) AS blockers
  FROM pg_catalog.unnest($1::pg_catalog.int4[]) AS w(pid)`;

/**
 * Opens no relation: it answers while pg_class or pg_attribute is locked, even in a session that has never asked before;
 * while pg_proc, pg_type, pg_namespace or pg_authid is, in one that has: see `rehearseQuestions`.
 */
export async function readLockWaits(session: Session, { databases, exact }: ReadLockWaitsOptions): Promise<LockWaits> {
  const locks = await readContendedLocks(session);
  const sessions = await readSessions(session, databases);
  const prepared = locks.some(({ pid }) => pid === null) ? await readPreparedTransactions(session, databases) : [];
  const facts = { locks, sessions, prepared };
  const derived = deriveWaits(facts);
  const waits =
    exact && derived.length > 0 ? deriveWaits({ ...facts, exact: await readBlockers(session, derived) }) : derived;
  return { sessions, prepared, locks, waits, trees: buildTrees(waits) };
}

/**
 * Asks every question once, so that what the server has to look up for them stands in the session's caches. Whoever wants
 * to see a storm does this before it.
 */
export async function rehearseQuestions(session: Session, databases: DatabaseNames): Promise<void> {
  await readContendedLocks(session, true);
  await readLocksAround(session, session.pid);
  await readSessions(session, databases);
  await readPreparedTransactions(session, databases);
  await session.query(blockersSql, [[session.pid]]);
}

async function readBlockers(
  session: Session,
  waits: readonly LockWait[],
): Promise<ReadonlyMap<number, ReadonlySet<number>>> {
  const pids = waits.slice(0, mostAsked).map(({ pid }) => pid);
  const { rows } = await session.query(blockersSql, [pids]);
  const answers = rows.map((row) => [Number(row['pid']), new Set(row['blockers'] as readonly number[])] as const);
  // An empty answer: the wait is over by now, but the locks that were read still say how it was.
  return new Map(answers.filter(([, blockers]) => blockers.size > 0));
}
