import type {
  ActivitySession,
  Blocker,
  Blocking,
  LockEntry,
  LockObject,
  LockWait,
  PreparedTransaction,
} from '../../model/activity.js';
import { conflictingModes, type LockMode } from '../../model/locks.js';
import { groupBy } from './group-by.js';

export interface WaitFacts {
  readonly locks: readonly LockEntry[];
  readonly sessions: readonly ActivitySession[];
  readonly prepared: readonly PreparedTransaction[];
  /** What pg_blocking_pids says of a waiter, where it was asked: it knows the order of the queue, pg_locks does not. */
  readonly exact?: ReadonlyMap<number, ReadonlySet<number>>;
}

/**
 * Who waits for whom. A lock is in the way when it was granted to another and conflicts, and a wish when it conflicts and
 * is older. Parallel workers share their leader's locks: they wait, and are waited for, under its pid.
 */
export function deriveWaits(facts: WaitFacts): readonly LockWait[] {
  const parties = findParties(facts);
  const keys = new Map(facts.locks.map((entry) => [entry, keyOf(entry.object)]));
  const rivals = new Map(
    [...groupBy(facts.locks, (entry) => keys.get(entry) ?? '')].map(([key, group]) => [key, inQueueOrder(group)]),
  );
  const waits = new Map<number, LockWait>();
  for (const entry of facts.locks) {
    if (entry.granted || entry.pid === null) continue;
    const pid = parties.leaderOf(entry.pid);
    const wait: LockWait = {
      pid,
      object: entry.object,
      mode: entry.mode,
      waitedMs: entry.waitedMs ?? 0,
      blockedBy: findBlockers({ ...entry, pid }, rivals.get(keys.get(entry) ?? '') ?? [], {
        parties,
        exact: facts.exact?.get(pid) ?? null,
      }),
    };
    const known = waits.get(pid);
    if (known === undefined || known.waitedMs < wait.waitedMs) waits.set(pid, wait);
  }
  return [...waits.values()].toSorted((one, other) => other.waitedMs - one.waitedMs);
}

interface Parties {
  leaderOf(pid: number): number;
  /** The transaction that a lock without a process belongs to. */
  preparedOf(virtualTransaction: string): string | null;
}

function findParties({ sessions, prepared, locks }: WaitFacts): Parties {
  const leaders = new Map(
    sessions.flatMap(({ pid, leaderPid, backendType }) =>
      leaderPid !== null && backendType === 'parallel worker' ? [[pid, leaderPid] as const] : [],
    ),
  );
  const gids = new Map(prepared.map(({ xid, gid }) => [xid, gid]));
  // Every transaction has a lock on its own id; a prepared one under a virtual id that is like no other.
  const byTransaction = new Map(
    locks.flatMap(({ pid, object, virtualTransaction }) =>
      pid === null && object.type === 'transactionid' ? [[virtualTransaction, gids.get(object.xid ?? '')]] : [],
    ),
  );
  return {
    leaderOf: (pid) => leaders.get(pid) ?? pid,
    preparedOf: (virtualTransaction) => byTransaction.get(virtualTransaction) ?? null,
  };
}

interface QueueFacts {
  readonly parties: Parties;
  readonly exact: ReadonlySet<number> | null;
}

/** Who holds, and of those that queue ahead the nearest: in a queue of a thousand everybody stands behind everybody before. */
function findBlockers(
  waiter: LockEntry & { readonly pid: number },
  rivals: readonly LockEntry[],
  facts: QueueFacts,
): readonly Blocking[] {
  const holding = new Map<string, Blocking>();
  const ahead = new Map<string, Blocking>();
  for (const rival of rivals) {
    if (!rival.granted && ahead.size === nearestAhead) break;
    if (!conflicts(rival.mode, waiter.mode)) continue;
    if (!rival.granted && !isAhead(rival, waiter, facts)) continue;
    const by = partyOf(rival, facts.parties);
    if (by.kind === 'session' && by.pid === waiter.pid) continue;
    const key = blockerKey(by);
    if (holding.has(key)) continue;
    if (rival.granted) holding.set(key, { by, how: 'holds', mode: rival.mode });
    else ahead.set(key, { by, how: 'queues ahead', mode: rival.mode });
  }
  return [...holding.values(), ...ahead.values()];
}

const nearestAhead = 10;

/** First who holds, then who waits, the youngest before the oldest. */
function inQueueOrder(entries: readonly LockEntry[]): readonly LockEntry[] {
  return entries.toSorted(
    (one, other) => Number(other.granted) - Number(one.granted) || waitedOf(one) - waitedOf(other),
  );
}

function partyOf({ pid, virtualTransaction }: LockEntry, parties: Parties): Blocker {
  if (pid === null) return { kind: 'prepared', gid: parties.preparedOf(virtualTransaction) };
  return { kind: 'session', pid: parties.leaderOf(pid) };
}

/** Those who come later stand behind, but for the rare one whom the server lets in front to avoid a deadlock. */
function isAhead(rival: LockEntry, waiter: LockEntry, { parties, exact }: QueueFacts): boolean {
  if (exact !== null) return rival.pid !== null && exact.has(parties.leaderOf(rival.pid));
  return waitedOf(rival) > waitedOf(waiter);
}

/** One word for each that can block. */
export function blockerKey(blocker: Blocker): string {
  return blocker.kind === 'session' ? `pid ${blocker.pid}` : `prepared ${blocker.gid ?? ''}`;
}

function conflicts(one: LockMode, other: LockMode): boolean {
  return conflictingModes[one].includes(other);
}

function waitedOf({ waitedMs }: LockEntry): number {
  return waitedMs ?? 0;
}

function keyOf(object: LockObject): string {
  return JSON.stringify(Object.values(object));
}
