/** Lock modes as pg_locks writes them, from weakest to strongest. */
export const lockModes = [
  'AccessShareLock',
  'RowShareLock',
  'RowExclusiveLock',
  'ShareUpdateExclusiveLock',
  'ShareLock',
  'ShareRowExclusiveLock',
  'ExclusiveLock',
  'AccessExclusiveLock',
] as const;

export type LockMode = (typeof lockModes)[number];

export const relationKinds = [
  'table',
  'partitioned table',
  'foreign table',
  'view',
  'matview',
  'composite type',
  'index',
  'partitioned index',
  'sequence',
  'toast',
] as const;

export type RelationKind = (typeof relationKinds)[number];

/** Kinds whose locks hold users, and are compared: those on indexes and toast tables follow their table's. */
export const comparedKinds: ReadonlySet<RelationKind> = new Set([
  'table',
  'partitioned table',
  'foreign table',
  'view',
  'matview',
  'sequence',
]);

/** The kinds by the letter that pg_class.relkind has for them. */
export const kindByRelkind: Readonly<Record<string, RelationKind>> = {
  r: 'table',
  p: 'partitioned table',
  f: 'foreign table',
  v: 'view',
  m: 'matview',
  c: 'composite type',
  i: 'index',
  I: 'partitioned index',
  S: 'sequence',
  t: 'toast',
};

/**
 * How sure a reported lock is: read while the transaction still held it, caught by polling from another session, or too
 * short for that and known from what the statement is.
 */
export type LockCertainty = 'exact' | 'sampled' | 'predicted';

export interface LockTrace {
  /** `schema.name`, each part as quote_ident writes it; the name that the relation had before the statement. */
  readonly relation: string;
  readonly kind: RelationKind;
  readonly mode: LockMode;
  /** Made by this statement, so nobody else can wait for it. */
  readonly created?: true;
  readonly certainty: LockCertainty;
  /** Milliseconds spent waiting, by samples; null when the statement never waited. */
  readonly waitedMs: number | null;
  /** Milliseconds from the start of the statement to the end of its transaction: an upper bound. Null while unknown. */
  readonly heldMs: number | null;
}

/** The strongest lock that a step of a run had on a relation, as far as that was seen. */
export interface StepLock {
  /** As in `LockTrace`; the name that the relation had before the step. */
  readonly relation: string;
  readonly kind: RelationKind;
  readonly mode: LockMode;
  /** Made by this step, so nobody else could wait for it. */
  readonly created?: true;
  readonly certainty: Exclude<LockCertainty, 'predicted'>;
}

export function isStronger(one: LockMode, other: LockMode): boolean {
  return lockModes.indexOf(one) > lockModes.indexOf(other);
}

/** The modes that each mode has to wait for, and that wait for it. */
export const conflictingModes: Readonly<Record<LockMode, readonly LockMode[]>> = {
  AccessShareLock: ['AccessExclusiveLock'],
  RowShareLock: ['ExclusiveLock', 'AccessExclusiveLock'],
  RowExclusiveLock: ['ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock'],
  ShareUpdateExclusiveLock: lockModes.slice(lockModes.indexOf('ShareUpdateExclusiveLock')),
  ShareLock: lockModes.filter((mode) => !['AccessShareLock', 'RowShareLock', 'ShareLock'].includes(mode)),
  ShareRowExclusiveLock: lockModes.slice(lockModes.indexOf('RowExclusiveLock')),
  ExclusiveLock: lockModes.slice(lockModes.indexOf('RowShareLock')),
  AccessExclusiveLock: lockModes,
};

/** What a lock on a table stops: nothing that traffic does, writes, or reads and writes. */
export function blockedTraffic(mode: LockMode): 'none' | 'writes' | 'reads and writes' {
  if (mode === 'AccessExclusiveLock') return 'reads and writes';
  return lockModes.indexOf(mode) >= lockModes.indexOf('ShareLock') ? 'writes' : 'none';
}
