import { ledgerSchema } from '../../../model/ledger.js';

/** OIDs from here on are those of objects that are younger than initdb. */
export const firstUserOid = 16384;

/** Where data that a change destroys is kept for its rollback: ours, and no part of what migrations made. */
export const keepSchema = 'lockkeeper_keep';

/**
 * Common table expressions that every kind's query may use.
 *
 * - `members`: what extensions brought along, as (classid, objid).
 * - `spaces`: the schemas that are no part of the server, with `name` as quote_ident writes it.
 * - `rels`: pg_class in them without toast tables and what belongs to extensions, with the relation's `identity` and
 *   `kind` (an ObjectKind; indexes are `index`).
 */
export const snapshotScopeSql = `members AS MATERIALIZED (
  SELECT d.classid, d.objid FROM pg_catalog.pg_depend d
  WHERE d.deptype = 'e' AND d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
), spaces AS MATERIALIZED (
  SELECT n.oid, n.nspname, pg_catalog.quote_ident(n.nspname) AS name, n.nspowner, n.nspacl
  FROM pg_catalog.pg_namespace n
  WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', '${keepSchema}', '${ledgerSchema}')
), rels AS MATERIALIZED (
  SELECT c.oid, c.relname, c.relkind, c.relpersistence, c.relowner, c.relacl, c.relam, c.reltablespace, c.reltoastrelid,
    c.reltype, c.reloftype, c.relispartition, c.relpartbound, c.relreplident, c.relrowsecurity, c.relforcerowsecurity,
    c.relispopulated, c.reloptions, s.name || '.' || pg_catalog.quote_ident(c.relname) AS identity,
    CASE WHEN c.relkind IN ('r', 'p') THEN 'table' WHEN c.relkind IN ('i', 'I') THEN 'index' WHEN c.relkind = 'S' THEN 'sequence'
      WHEN c.relkind = 'v' THEN 'view' WHEN c.relkind = 'm' THEN 'materialized view' WHEN c.relkind = 'f' THEN 'foreign table'
      ELSE 'composite type' END AS kind
  FROM pg_catalog.pg_class c JOIN spaces s ON s.oid = c.relnamespace
  WHERE c.relkind <> 't' AND c.oid >= ${firstUserOid} AND NOT EXISTS (SELECT FROM members m
    WHERE m.objid = c.oid AND m.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
      OR c.relkind = 'c' AND m.objid = c.reltype AND m.classid = 'pg_catalog.pg_type'::pg_catalog.regclass)
)`;
