import { ChangeSafetyError } from '../../model/change-safety-error.js';
import { readOnly } from '../postgres/read-only.js';
import type { Session } from '../postgres/session.js';

/** Names of databases by OID. */
export type DatabaseNames = ReadonlyMap<number, string>;

const databases = 'SELECT d.oid::int8 AS oid, d.datname AS name FROM pg_catalog.pg_database d';

/**
 * Unlike what the other readers ask, this reads a catalog, which somebody may have locked: no names then, rather than a
 * wait. Ask once, when the session is opened.
 */
export async function readDatabaseNames(session: Session): Promise<DatabaseNames> {
  const limits = { what: 'the databases', statementTimeoutMs: 5_000, lockTimeoutMs: 500 };
  try {
    const { rows } = await readOnly(session, limits, () => session.query(databases));
    return new Map(rows.map((row) => [Number(row['oid']), String(row['name'])]));
  } catch (error) {
    if (error instanceof ChangeSafetyError) return new Map();
    throw error;
  }
}
