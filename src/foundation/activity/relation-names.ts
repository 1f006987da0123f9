import type { LockEntry } from '../../model/activity.js';
import { ChangeSafetyError } from '../../model/change-safety-error.js';
import { conflictingModes } from '../../model/locks.js';
import { readOnly } from '../postgres/read-only.js';
import type { Session } from '../postgres/session.js';
import { qualifiedName } from '../sql/quote-identifier.js';

/** `schema.name` of relations by OID. */
export type RelationNames = ReadonlyMap<number, string>;

/** What initdb made has the same OID in every database. */
export const firstUserOid = 16384;

const namesSql = `SELECT c.oid::int8 AS oid, n.nspname AS schema, c.relname AS name
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.oid = ANY ($1::pg_catalog.oid[])`;

/**
 * Reads names of relations of the session's own database. It reads catalogs, so it gives up after a fifth of a second when
 * somebody has locked them: null then. Relations that nobody else can see yet have no name.
 */
export async function readRelationNames(session: Session, oids: readonly number[]): Promise<RelationNames | null> {
  if (oids.length === 0) return new Map();
  const limits = { what: 'names of relations', statementTimeoutMs: 2_000, lockTimeoutMs: 200 };
  try {
    const { rows } = await readOnly(session, limits, () => session.query(namesSql, [oids]));
    return new Map(rows.map((row) => [Number(row['oid']), qualifiedName(String(row['schema']), String(row['name']))]));
  } catch (error) {
    if (error instanceof ChangeSafetyError && !session.closed) return null;
    throw error;
  }
}

/**
 * Whether somebody has, or waits for, a lock on a system catalog of a database that its readers have to wait for. A new
 * session does not come up there then, nor is a name found.
 */
export function areCatalogsLocked(locks: readonly LockEntry[], databaseOid: number): boolean {
  return locks.some(
    ({ object, mode }) =>
      object.relationOid !== null &&
      object.relationOid < firstUserOid &&
      (object.databaseOid === databaseOid || object.databaseOid === null) &&
      conflictingModes.AccessShareLock.includes(mode),
  );
}
