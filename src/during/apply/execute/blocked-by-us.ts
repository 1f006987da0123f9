import type { LockEntry, LockObject } from '../../../model/activity.js';
import { conflictingModes } from '../../../model/locks.js';

export interface OurLocks {
  /** How long we have been waiting in a queue; null when we do not wait. */
  readonly queuedMs: number | null;
  /** Those who wait for what we hold, the longest first. */
  readonly waiters: readonly { readonly pid: number; readonly waitedMs: number }[];
}

/** What one look at the lock table says about a backend. A lock on its transaction id stands for the rows it changed. */
export function ourLocks(locks: readonly LockEntry[], pid: number): OurLocks {
  const ours = locks.filter((lock) => lock.pid === pid);
  const held = ours.filter(({ granted }) => granted);
  const waiting = ours.find(({ granted }) => !granted);
  const waiters = locks.flatMap((lock) => {
    if (lock.granted || lock.pid === null || lock.pid === pid) return [];
    const ofUs = held.some(
      ({ object, mode }) => sameObject(object, lock.object) && conflictingModes[mode].includes(lock.mode),
    );
    return ofUs ? [{ pid: lock.pid, waitedMs: lock.waitedMs ?? 0 }] : [];
  });
  return {
    queuedMs: waiting === undefined ? null : (waiting.waitedMs ?? 0),
    waiters: waiters.toSorted((one, other) => other.waitedMs - one.waitedMs),
  };
}

/**
 * Somebody with a snapshot waits for a lock that `gatekeeper` holds for the whole run, and `pid` waits for that snapshot
 * to end: neither would ever. The server does not see it, for the two are different sessions of ours.
 */
export function findDeadEnd(locks: readonly LockEntry[], pid: number, gatekeeper: number): number | null {
  const awaited = locks.filter((lock) => lock.pid === pid && !lock.granted && lock.object.type === 'virtualxid');
  const inTheWay = locks.filter(
    (lock) => lock.granted && lock.pid !== pid && awaited.some(({ object }) => sameObject(object, lock.object)),
  );
  return inTheWay.find((lock) => lock.pid !== null && waitsFor(locks, lock.pid, gatekeeper))?.pid ?? null;
}

/** Whether `pid` waits for an advisory lock that `holder` has. */
export function waitsFor(locks: readonly LockEntry[], pid: number, holder: number): boolean {
  const awaited = locks.filter((lock) => lock.pid === pid && !lock.granted && lock.object.type === 'advisory');
  return locks.some(
    (lock) => lock.pid === holder && lock.granted && awaited.some(({ object }) => sameObject(object, lock.object)),
  );
}

function sameObject(one: LockObject, other: LockObject): boolean {
  return (Object.keys(one) as (keyof LockObject)[]).every((key) => one[key] === other[key]);
}
