import { type LockMode, type LockTrace, blockedTraffic, lockModes } from '../model/locks.js';
import { formatDuration } from './units.js';

export type BlockedTraffic = ReturnType<typeof blockedTraffic>;

/** The strongest lock that a statement took on one relation which existed before it. */
export interface RelationLock {
  readonly relation: string;
  readonly kind: LockTrace['kind'];
  readonly mode: LockMode;
  readonly blocks: BlockedTraffic;
  readonly certainty: LockTrace['certainty'];
  readonly waitedMs: number | null;
  readonly heldMs: number | null;
}

export function lockStrength(mode: LockMode): number {
  return lockModes.indexOf(mode);
}

/** `AccessExclusiveLock` without its suffix. */
export function lockModeName(mode: LockMode): string {
  return mode.slice(0, -'Lock'.length);
}

/** The strongest lock per relation, the strongest first. Relations made by the statement are left out: nobody can wait for them. */
export function strongestLocks(locks: readonly LockTrace[]): readonly RelationLock[] {
  const byRelation = new Map<string, RelationLock>();
  for (const lock of locks) {
    if (lock.created) continue;
    const known = byRelation.get(lock.relation);
    const stronger = known === undefined || lockStrength(lock.mode) > lockStrength(known.mode) ? lock : known;
    byRelation.set(lock.relation, {
      relation: lock.relation,
      kind: lock.kind,
      mode: stronger.mode,
      blocks: blockedTraffic(stronger.mode),
      certainty: stronger.certainty,
      waitedMs: longest(known?.waitedMs ?? null, lock.waitedMs),
      heldMs: stronger.heldMs,
    });
  }
  return [...byRelation.values()].sort(
    (a, b) => lockStrength(b.mode) - lockStrength(a.mode) || a.relation.localeCompare(b.relation, 'en'),
  );
}

function longest(a: number | null, b: number | null): number | null {
  if (a === null) return b;
  return b === null ? a : Math.max(a, b);
}

/** What a lock means to an application, in words. */
export function blockedInWords(blocks: BlockedTraffic): string {
  switch (blocks) {
    case 'reads and writes':
      return 'stops reads and writes';
    case 'writes':
      return 'stops writes';
    case 'none':
      return 'lets traffic pass';
  }
}

/** `users: AccessExclusive — stops reads and writes, held ≤ 12 ms, waited ~3.0 ms`. Kinds other than tables are named. */
export function lockInWords(lock: RelationLock): string {
  return `${lockedRelation(lock)}: ${lockModeName(lock.mode)} — ${[blockedInWords(lock.blocks), ...lockTimes(lock)].join(', ')}`;
}

/** True when a reader must know of it: it stops traffic. A TOAST table is only ever stopped together with its table. */
export function isLoud(lock: Pick<RelationLock, 'kind' | 'blocks'>): boolean {
  return lock.blocks !== 'none' && lock.kind !== 'toast';
}

export function lockedRelation(lock: Pick<RelationLock, 'relation' | 'kind'>): string {
  const name = withoutPublic(lock.relation);
  return lock.kind === 'table' ? name : `${name} (${lock.kind})`;
}

/** Drops the schema that everybody has: `public.users` becomes `users`. */
export function withoutPublic(relation: string): string {
  return relation.startsWith('public.') ? relation.slice('public.'.length) : relation;
}

function lockTimes(lock: RelationLock): readonly string[] {
  const times: string[] = [];
  if (lock.heldMs !== null) times.push(`held ≤ ${formatDuration(lock.heldMs)}`);
  if (lock.waitedMs !== null) times.push(`waited ~${formatDuration(lock.waitedMs)}`);
  if (lock.certainty !== 'exact') times.push(lock.certainty);
  return times;
}
