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

function sameObject(one: LockObject, other: LockObject): boolean {
  return (Object.keys(one) as (keyof LockObject)[]).every((key) => one[key] === other[key]);
}
