import type { Session } from '../postgres/session.js';

/** What the open transaction may have written to. */
export interface LockedRelations {
  /** OIDs, as text. */
  readonly oids: ReadonlySet<string>;
  /** `schema.name` of the sequences among them. */
  readonly sequences: ReadonlySet<string>;
}

/** Locks that only readers take. Whatever writes rows, or changes how they are read, takes another to the end. */
const readers = `'AccessShareLock', 'RowShareLock'`;

/** A schema gets another name without a lock on what is in it. Transactions are numbered in their order, parts of them too. */
const schemasTouchedSql = `SELECT EXISTS (SELECT FROM pg_catalog.pg_namespace n
    WHERE n.nspname !~ '^pg_(toast_)?temp_'
      AND pg_catalog.age(n.xmin) <= pg_catalog.age(pg_catalog.pg_current_xact_id_if_assigned()::pg_catalog.xid)) AS touched`;

const lockedSql = `SELECT schemas.touched, l.relation::pg_catalog.text AS oid,
    CASE WHEN c.relkind = 'S' THEN pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) END AS sequence
  FROM (${schemasTouchedSql}) schemas
    LEFT JOIN pg_catalog.pg_locks l ON l.pid = pg_catalog.pg_backend_pid() AND l.locktype = 'relation' AND l.mode NOT IN (${readers})
    LEFT JOIN pg_catalog.pg_class c ON c.oid = l.relation LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace`;

/**
 * Every relation that the session's open transaction has locked for more than reading; null where names may have changed
 * without a lock. The server's locks on its own catalogs do not last, so nothing is said of these.
 */
export async function readLocked(session: Session): Promise<LockedRelations | null> {
  const { rows } = await session.query(lockedSql);
  if (rows[0]?.['touched'] === true) return null;
  return {
    oids: new Set(rows.flatMap(({ oid }) => (typeof oid === 'string' ? [oid] : []))),
    sequences: new Set(rows.flatMap(({ sequence }) => (typeof sequence === 'string' ? [sequence] : []))),
  };
}
