import type { IntegrityFault } from '../../model/integrity.js';
import type { Session } from '../postgres/session.js';

const standing = `
  SELECT 'unvalidated' AS kind, k.conname::text AS name,
    CASE WHEN k.conrelid <> 0 THEN (SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname)
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = k.conrelid)
      ELSE (SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(t.typname)
        FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace WHERE t.oid = k.contypid) END AS relation
  FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_namespace s ON s.oid = k.connamespace
  WHERE k.contype IN ('c', 'f', 'n') AND k.conparentid = 0 AND s.nspname NOT IN ('pg_catalog', 'information_schema')
    AND NOT (k.convalidated AND pg_catalog.to_jsonb(k) ->> 'conenforced' IS DISTINCT FROM 'false')
  UNION ALL
  SELECT 'invalid-index', x.relname::text, pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname)
  FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid JOIN pg_catalog.pg_class c ON c.oid = i.indrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE NOT (i.indisvalid AND i.indisready AND i.indislive) AND c.relpersistence <> 't'
  ORDER BY 3, 2`;

/** Constraints that were never validated or are not enforced, and invalid indexes: by the catalog alone. */
export async function readStandingFaults(session: Session): Promise<readonly IntegrityFault[]> {
  const { rows } = await session.query(standing);
  return (rows as unknown as readonly Omit<IntegrityFault, 'rows'>[]).map(({ kind, relation, name }) => ({
    kind,
    relation,
    name,
    rows: null,
  }));
}
