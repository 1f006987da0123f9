import type { LockMode, LockTrace } from '../../model/locks.js';
import type { Peek, TransactionCounters } from './peek.js';
import type { KnownRelation } from './relation-catalog.js';
import type { RelationLookup } from './known-relations.js';
import type { SampledLock } from './lock-sampler.js';

/** What the observer knows between two statements of one session. */
export interface RelationView {
  readonly relations: RelationLookup;
  /** `oid mode` of every lock that the open transaction already held. */
  readonly held: ReadonlySet<string>;
  readonly counters: ReadonlyMap<string, TransactionCounters>;
}

/** What changed on relations during one statement. */
export interface RelationChanges {
  readonly locks: readonly LockTrace[];
  readonly rewrites: readonly string[];
  readonly newFiles: readonly string[];
  /** Tables whose scan counter moved; whether that is the statement's nature or the planner's choice is not known here. */
  readonly scanned: readonly string[];
  readonly rowsWritten: number;
  readonly sizeGrowthBytes: number | null;
}

const key = (oid: string, mode: LockMode): string => `${oid} ${mode}`;

/**
 * Compares a look after the statement with what was known before it, and before its transaction: a table that the
 * transaction itself made is neither scanned nor rewritten for anyone else.
 */
export function comparePeek(before: RelationView, peek: Peek, waits: readonly SampledLock[]): RelationChanges {
  const after = new Map(peek.relations.map((relation) => [relation.oid, relation]));
  const waitedMs = new Map(waits.map((lock) => [key(lock.oid, lock.mode), lock.waitedMs]));
  const fresh = peek.locks.filter((lock) => !before.held.has(key(lock.oid, lock.mode)));
  const locks = fresh.flatMap((lock) => {
    // A relation that the statement both made and dropped has no name that anyone else could know.
    const relation = before.relations.get(lock.oid) ?? after.get(lock.oid);
    if (relation === undefined) return [];
    const waited = waitedMs.get(key(lock.oid, lock.mode)) ?? 0;
    return [toLock(relation, lock.mode, { created: before.relations.get(lock.oid) === undefined, waited })];
  });
  const dropped = peek.locks.map((lock) => lock.oid).filter((oid) => !after.has(oid));
  const files = comparePhysical(before.relations, after.values(), new Set(dropped));
  return { locks: sortLocks(locks), ...files, ...compareCounters(before, peek) };
}

function toLock(relation: KnownRelation, mode: LockMode, seen: { created: boolean; waited: number }): LockTrace {
  return {
    relation: relation.name,
    kind: relation.kind,
    mode,
    ...(seen.created ? { created: true as const } : {}),
    certainty: 'exact',
    waitedMs: seen.waited > 0 ? seen.waited : null,
    heldMs: null,
  };
}

/**
 * Files and sizes. `after` needs to hold the locked relations only: a statement changes no other. The bytes of dropped
 * relations count as freed, although the server removes the files at commit. A rewrite is one that others can notice.
 */
export function comparePhysical(
  before: RelationLookup,
  after: Iterable<KnownRelation>,
  dropped: ReadonlySet<string>,
): Pick<RelationChanges, 'rewrites' | 'newFiles' | 'sizeGrowthBytes'> {
  const rewrites: string[] = [];
  const newFiles: string[] = [];
  let growth: number | null = 0;
  for (const relation of after) {
    const old = before.get(relation.oid);
    if (relation.kind !== 'toast' && relation.fileNode !== '0' && relation.fileNode !== old?.fileNode) {
      const rewritten = old !== undefined && (relation.kind === 'table' || relation.kind === 'matview');
      if (!rewritten) newFiles.push(relation.name);
      else if (before.isCommitted(relation.oid)) rewrites.push(relation.name);
    }
    growth = growthOf(growth, old, relation);
  }
  for (const oid of dropped) {
    const old = before.get(oid);
    if (old !== undefined && old.fileNode !== '0')
      growth = growth === null || old.bytes === null ? null : growth - old.bytes;
  }
  return { rewrites: rewrites.toSorted(), newFiles: newFiles.toSorted(), sizeGrowthBytes: growth };
}

function growthOf(sum: number | null, old: KnownRelation | undefined, relation: KnownRelation): number | null {
  if (relation.bytes === null || old?.bytes === null) return relation.fileNode === '0' ? sum : null;
  return sum === null ? null : sum + relation.bytes - (old?.bytes ?? 0);
}

function compareCounters(before: RelationView, peek: Peek): Pick<RelationChanges, 'scanned' | 'rowsWritten'> {
  const scanned: string[] = [];
  let rowsWritten = 0;
  for (const now of peek.counters) {
    const then = before.counters.get(now.oid);
    const old = before.relations.get(now.oid);
    rowsWritten += now.rowsWritten - (then?.rowsWritten ?? 0);
    if (old !== undefined && before.relations.isCommitted(now.oid) && now.scans > (then?.scans ?? 0))
      scanned.push(old.name);
  }
  return { scanned: scanned.toSorted(), rowsWritten };
}

/** Locks caught by polling, for statements that no transaction keeps. */
export function sampledLocks(
  samples: readonly SampledLock[],
  before: Pick<RelationLookup, 'get'>,
  after: Pick<RelationLookup, 'get'>,
): readonly LockTrace[] {
  const locks = samples.flatMap((sample): LockTrace[] => {
    const relation = before.get(sample.oid) ?? after.get(sample.oid);
    if (relation === undefined) return [];
    return [
      {
        relation: relation.name,
        kind: relation.kind,
        mode: sample.mode,
        ...(before.get(sample.oid) !== undefined ? {} : { created: true as const }),
        certainty: 'sampled',
        waitedMs: sample.waitedMs > 0 ? sample.waitedMs : null,
        heldMs: sample.lastSeenAt - sample.firstSeenAt,
      },
    ];
  });
  return sortLocks(locks);
}

/** What the open transaction holds and has counted, once this look is past. */
export function advance(before: RelationView, peek: Peek): Pick<RelationView, 'held' | 'counters'> {
  return {
    held: new Set([...before.held, ...peek.locks.map((lock) => key(lock.oid, lock.mode))]),
    counters: new Map(peek.counters.map((counter) => [counter.oid, counter])),
  };
}

function sortLocks(locks: readonly LockTrace[]): readonly LockTrace[] {
  return locks.toSorted((a, b) => compareText(a.relation, b.relation) || compareText(a.mode, b.mode));
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
