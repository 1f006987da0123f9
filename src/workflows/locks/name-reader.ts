import type { ActivitySessionOpened } from '../../foundation/activity/open-activity-session.js';
import {
  areCatalogsLocked,
  firstUserOid,
  readRelationNames,
  type RelationNames,
} from '../../foundation/activity/relation-names.js';
import { connectToAny } from '../../foundation/postgres/connect-to-any.js';
import type { ConnectionPlan } from '../../foundation/postgres/connection-string.js';
import type { Session } from '../../foundation/postgres/session.js';
import type { LockEntry, LockObject } from '../../model/activity.js';
import { ChangeSafetyError } from '../../model/change-safety-error.js';

/** Names of what is locked, as far as they can be had. */
export interface FoundNames {
  readonly nameOf: (object: LockObject) => string | null;
  /** Why names are missing that one would expect; null when none are. */
  readonly problem: string | null;
}

export interface NameReader extends AsyncDisposable {
  find(locks: readonly LockEntry[]): Promise<FoundNames>;
}

/**
 * Finds names of relations: of the system's catalogs anywhere, of others in the named database alone. The session there is
 * opened when a name is needed, and not while the catalogs are locked: it would hang in the queue.
 */
export function openNameReader(plan: ConnectionPlan, opened: ActivitySessionOpened): NameReader {
  const known = new Map<number, string>();
  const namedOid = [...opened.databases].find(([, name]) => name === opened.database)?.[0] ?? null;
  const isInside = opened.watchedFrom === opened.database;
  let inside: Session | null = isInside ? opened.session : null;
  const enter = async (): Promise<Session | null> => {
    if (inside?.closed === false) return inside;
    inside = await connectToAny(plan, { applicationName: 'lockkeeper locks', connectTimeoutMs: 2_000 }).catch(mayNot);
    return inside;
  };
  const learn = async (session: Session | null, oids: readonly number[]): Promise<boolean> => {
    const unknown = oids.filter((oid) => !known.has(oid));
    if (unknown.length === 0) return true;
    const names: RelationNames | null = session === null ? null : await readRelationNames(session, unknown);
    for (const [oid, name] of names ?? []) known.set(oid, name);
    return names !== null;
  };
  return {
    find: async (locks) => {
      const { ofSystem, ofDatabase } = awaitedOids(locks, namedOid);
      const locked = namedOid !== null && areCatalogsLocked(locks, namedOid);
      const found =
        (await learn(opened.session, ofSystem)) &&
        (await learn(locked || ofDatabase.length === 0 ? null : await enter(), ofDatabase));
      return {
        nameOf: (object) => nameOf(object, known, namedOid),
        problem: found ? null : problemOf(opened.database, locked),
      };
    },
    [Symbol.asyncDispose]: async () => {
      if (!isInside) await inside?.[Symbol.asyncDispose]();
    },
  };
}

function awaitedOids(locks: readonly LockEntry[], databaseOid: number | null) {
  const relations = locks.flatMap(({ object, granted }) =>
    granted || object.relationOid === null ? [] : [{ oid: object.relationOid, databaseOid: object.databaseOid }],
  );
  const isOfSystem = ({ oid }: { readonly oid: number }): boolean => oid < firstUserOid;
  return {
    ofSystem: [...new Set(relations.filter(isOfSystem).map(({ oid }) => oid))],
    ofDatabase: [
      ...new Set(relations.filter((one) => !isOfSystem(one) && one.databaseOid === databaseOid).map(({ oid }) => oid)),
    ],
  };
}

function nameOf(object: LockObject, known: ReadonlyMap<number, string>, databaseOid: number | null): string | null {
  if (object.relationOid === null) return null;
  const isHere = object.relationOid < firstUserOid || object.databaseOid === databaseOid;
  return isHere ? (known.get(object.relationOid) ?? null) : null;
}

function problemOf(database: string, locked: boolean): string {
  return locked
    ? `Somebody has locked the system catalogs of ${database}, or is about to: names of relations cannot be read, only their OIDs.`
    : `Names of relations of ${database} could not be read, only their OIDs.`;
}

function mayNot(error: unknown): null {
  if (error instanceof ChangeSafetyError) return null;
  throw error;
}
