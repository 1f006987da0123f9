import type { Session } from '../postgres/session.js';

/** A library sorts differently from the one that indexes were built with. */
export interface CollationDrift {
  readonly name: string;
  readonly stored: string;
  readonly actual: string;
}

const driftsSql = `
  SELECT 'the database''s own collation' AS name, d.datcollversion AS stored, pg_catalog.pg_database_collation_actual_version(d.oid) AS actual
  FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()
    AND d.datcollversion <> pg_catalog.pg_database_collation_actual_version(d.oid)
  UNION ALL
  SELECT 'the collation ' || pg_catalog.quote_ident(k.collname), k.collversion, pg_catalog.pg_collation_actual_version(k.oid)
  FROM pg_catalog.pg_collation k
  WHERE k.collversion <> pg_catalog.pg_collation_actual_version(k.oid)
    AND EXISTS (SELECT FROM pg_catalog.pg_index i WHERE k.oid = ANY (i.indcollation::pg_catalog.oid[]) AND i.indexrelid >= 16384)
  ORDER BY 1`;

/** The database's collation, and those that an index uses, whose version is not what it was. */
export async function readCollationDrifts(session: Session): Promise<readonly CollationDrift[]> {
  return (await session.query(driftsSql)).rows.map((row) => ({
    name: String(row['name']),
    stored: String(row['stored']),
    actual: String(row['actual']),
  }));
}
