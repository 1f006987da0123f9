import type { LockMode } from '../../model/locks.js';
import type { StepComparison } from '../../model/surprise.js';
import { lockModeName, withoutPublic } from '../lock-summary.js';

/** Partitions come in hundreds; the report itself has them all. */
const mostNamed = 4;

/**
 * `042/1 took AccessExclusive on users, as predicted and rehearsed.`; where the accounts differ, all of them. Nothing of
 * steps whose locks are not known, or that only read. Of what commits by itself a lock may be missing.
 */
export function stepLocksInWords(steps: readonly StepComparison[]): readonly string[] {
  return steps.flatMap(({ stepId, locks }) => {
    const taken = felt(locks.actual);
    const others = [
      { word: 'predicted', list: felt(locks.predicted) },
      { word: 'rehearsed', list: felt(locks.rehearsed) },
    ].filter(({ list }) => list !== null);
    if (taken === null || [taken, ...others.map(({ list }) => list)].every((list) => list?.length === 0)) return [];
    const same = others.length > 0 && others.every(({ list }) => list?.join() === taken.join());
    const compared = same
      ? [`, as ${others.map(({ word }) => word).join(' and ')}`]
      : others.map(({ word, list }) => `; ${word}: ${inWords(list ?? [])}`);
    return [`${stepId} took ${inWords(taken)}${compared.join('')}.`];
  });
}

/** Whoever only reads is in nobody's way. */
function felt(locks: readonly string[] | null): readonly string[] | null {
  return locks?.filter((lock) => !lock.endsWith(' AccessShareLock')) ?? null;
}

function inWords(locks: readonly string[]): string {
  if (locks.length === 0) return 'none that others feel';
  const more = locks.length > mostNamed ? ` and ${locks.length - mostNamed} more` : '';
  return `${locks.slice(0, mostNamed).map(lockInWords).join(', ')}${more}`;
}

function lockInWords(lock: string): string {
  const end = lock.lastIndexOf(' ');
  return `${lockModeName(lock.slice(end + 1) as LockMode)} on ${withoutPublic(lock.slice(0, end))}`;
}
