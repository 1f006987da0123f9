import { firstUserOid } from '../../../foundation/observers/relation-catalog.js';
import type { Session } from '../../../foundation/postgres/session.js';
import type { Clock } from '../../../foundation/runtime/clock.js';
import { isStronger, type LockMode, lockModes, type StepLock } from '../../../model/locks.js';
import {
  identifyCall,
  type NamedRelation,
  namingColumns,
  readCommittedRelations,
  toNamedRelation,
} from './name-relations.js';
import type { WatchSession } from './watch-session.js';

/** A relation that the open transaction has locked, as that transaction itself sees it; null: it is gone, or made no name. */
interface HeldRelation {
  readonly mode: LockMode;
  readonly own: NamedRelation | null;
}

/** By OID, the strongest lock on each. */
export type HeldLocks = ReadonlyMap<number, HeldRelation>;

/*
 * The migration may have set a search path in which operators mean something else, and a timeout that is too short for this:
 * both are met here, and neither outlasts the savepoint.
 */
const lookSql = `SAVEPOINT lockkeeper_look; SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = '100ms';
  SELECT l.relation::pg_catalog.int8 AS oid, l.mode, ${namingColumns('l.relation')}
  FROM pg_catalog.pg_lock_status() l, ${identifyCall('l.relation')}
  WHERE l.granted AND l.pid OPERATOR(pg_catalog.=) pg_catalog.pg_backend_pid()
    AND l.locktype OPERATOR(pg_catalog.=) 'relation' AND l.relation OPERATOR(pg_catalog.>=) ${firstUserOid}::pg_catalog.oid`;

/** Undoes all of the look, whatever came of it; goes before the next statement in one message. */
export const afterLookSql = 'ROLLBACK TO SAVEPOINT lockkeeper_look; RELEASE SAVEPOINT lockkeeper_look; ';

const cancelled = '57014';

/**
 * What the open transaction has locked, read from inside it before anything is written down. Afterwards `afterLookSql` has
 * to be sent. Null when the server refuses to tell, which takes nothing from the transaction. A cancellation passes, for it
 * was meant for the step.
 */
export async function readHeldLocks(session: Session): Promise<HeldLocks | null> {
  try {
    const { rows } = await session.query(lookSql);
    const held = new Map<number, HeldRelation>();
    for (const row of rows) {
      const mode = lockModes.find((known) => known === row['mode']);
      const oid = Number(row['oid']);
      const before = held.get(oid);
      if (mode === undefined || (before !== undefined && !isStronger(mode, before.mode))) continue;
      held.set(oid, { mode, own: toNamedRelation(row) });
    }
    return held;
  } catch (cause) {
    if (session.closed || session.transactionStatus !== 'failed' || codeOf(cause) === cancelled) throw cause;
    return null;
  }
}

function codeOf(cause: unknown): unknown {
  return cause instanceof Error && 'code' in cause ? cause.code : null;
}

/** Nobody's names are worth more time while locks are held. */
const longestNamingMs = 600;

/**
 * Gives what a transaction holds its names, while it is still open: from outside, where all is as it was before. Null when
 * that could not be found out in time. Never throws.
 */
export async function nameHeldLocks(
  held: HeldLocks | null,
  { watch, clock }: { readonly watch: Pick<WatchSession, 'ask'>; readonly clock: Clock },
): Promise<readonly StepLock[] | null> {
  if (held === null || held.size === 0) return held === null ? null : [];
  const over = new AbortController();
  const asked = watch.ask((session) => readCommittedRelations(session, [...held.keys()])).catch(() => null);
  const late = clock.sleep(longestNamingMs, over.signal).then(
    () => null,
    () => null,
  );
  const before = await Promise.race([asked, late]);
  over.abort();
  return before === null ? null : toStepLocks(held, before);
}

/** What has no name outside was made inside; what has none inside either is gone again. */
function toStepLocks(held: HeldLocks, before: ReadonlyMap<number, NamedRelation>): readonly StepLock[] {
  const locks = [...held].flatMap(([oid, { mode, own }]): StepLock[] => {
    const known = before.get(oid);
    if (known !== undefined) return [{ relation: known.name, kind: known.kind, mode, certainty: 'exact' }];
    return own === null ? [] : [{ relation: own.name, kind: own.kind, mode, created: true, certainty: 'exact' }];
  });
  return sortLocks(locks);
}

export function sortLocks(locks: readonly StepLock[]): readonly StepLock[] {
  return locks.toSorted((one, other) => (one.relation < other.relation ? -1 : one.relation > other.relation ? 1 : 0));
}
