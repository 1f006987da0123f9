import { comparedKinds, isStronger, type LockMode, type RelationKind } from '../../model/locks.js';

interface NamedLock {
  readonly relation: string;
  readonly kind: RelationKind;
  readonly mode: LockMode;
  readonly created?: boolean;
}

/** By relation. */
export type StrongestLocks = ReadonlyMap<string, LockMode>;

/** The strongest lock on each relation that was there before. */
export function strongestLocks(locks: readonly NamedLock[]): StrongestLocks {
  const made = new Set(locks.flatMap(({ relation, created }) => (created === true ? [relation] : [])));
  const strongest = new Map<string, LockMode>();
  for (const { relation, kind, mode } of locks) {
    if (made.has(relation) || !comparedKinds.has(kind)) continue;
    const known = strongest.get(relation);
    if (known === undefined || isStronger(mode, known)) strongest.set(relation, mode);
  }
  return strongest;
}

/** `relation mode`, sorted. */
export function lockLines(locks: StrongestLocks | null): readonly string[] | null {
  return locks === null ? null : [...locks].map(([relation, mode]) => `${relation} ${mode}`).toSorted();
}

/** What is held beyond all of the others. Whoever only reads is in nobody's way. */
export function beyond(held: StrongestLocks, foreknown: readonly StrongestLocks[]): StrongestLocks {
  const unforeseen = [...held].filter(([relation, mode]) => {
    const known = foreknown.flatMap((locks) => locks.get(relation) ?? []);
    return mode !== 'AccessShareLock' && known.every((foretold) => isStronger(mode, foretold));
  });
  return new Map(unforeseen);
}
