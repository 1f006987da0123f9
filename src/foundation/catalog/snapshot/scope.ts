import { ledgerSchema } from '../../../model/ledger.js';

/** OIDs from here on are those of objects that are younger than initdb. */
export const firstUserOid = 16384;

/** SQL of the bucket of stamps that an OID falls into. Objects that are made together mostly share one. */
export function bucketSql(oid: string): string {
  return `(${oid}::pg_catalog.int8 >> 5)`;
}

/** The same of an OID as text. */
export function bucketOf(oid: string): string {
  return String(Math.floor(Number(oid) / 32));
}

/** Where data that a change destroys is kept for its rollback: ours, and no part of what migrations made. */
export const keepSchema = 'lockkeeper_keep';

/** The buckets ($2) of stamps that changed; null for everything. */
const buckets = '$2';

/**
 * SQL of whether an object has to be read: everything, unless buckets are given; then what is in one of them, and what
 * depends on anything in them, for its definition may name that.
 */
export function isTouched(oid: string): string {
  return `(${buckets} IS NULL OR ${bucketSql(oid)} = ANY (${buckets}) OR ${oid} IN (SELECT t.oid FROM touching t))`;
}

/** The same of a type, whose parts may be what was touched. */
export function isWantedType(oid: string): string {
  return `(${buckets} IS NULL OR ${oid} IN (SELECT w.oid FROM wanted_types w))`;
}

const parts = [
  ['pg_attrdef', 'p.adrelid', 'p.oid'],
  ['pg_constraint', 'p.conrelid', 'p.oid'],
  ['pg_trigger', 'p.tgrelid', 'p.oid'],
  ['pg_trigger', '(SELECT k.conrelid FROM pg_catalog.pg_constraint k WHERE k.oid = p.tgconstraint)', 'p.oid'],
  ['pg_rewrite', 'p.ev_class', 'p.oid'],
  ['pg_policy', 'p.polrelid', 'p.oid'],
  ['pg_index', 'p.indrelid', 'p.indexrelid'],
  ['pg_statistic_ext', 'p.stxrelid', 'p.oid'],
  ['pg_type', 'p.typrelid', 'p.oid'],
] as const;

const partsSql = parts
  .map(
    ([catalog, relation, oid]) =>
      `UNION SELECT ${relation} FROM pg_catalog.${catalog} p WHERE ${buckets} IS NOT NULL AND ${oid} >= ${firstUserOid} AND ${isTouched(oid)}`,
  )
  .join('\n  ');

/** What is read again: relations with all their parts, and types. */
const wantedSql = `touching AS MATERIALIZED (
  SELECT DISTINCT d.classid, d.objid AS oid FROM pg_catalog.pg_depend d
  WHERE d.refobjid >= ${firstUserOid} AND d.objid >= ${firstUserOid} AND ${bucketSql('d.refobjid')} = ANY (${buckets})
), wanted_rels AS MATERIALIZED (
  SELECT w.oid FROM (SELECT c.oid FROM pg_catalog.pg_class c WHERE ${buckets} IS NOT NULL AND c.oid >= ${firstUserOid}
    AND (${isTouched('c.oid')} OR c.reltoastrelid <> 0 AND ${isTouched('c.reltoastrelid')})
  ${partsSql}) w WHERE w.oid <> 0
), wanted_types AS MATERIALIZED (
  SELECT t.oid FROM pg_catalog.pg_type t WHERE ${buckets} IS NOT NULL AND t.oid >= ${firstUserOid} AND ${isTouched('t.oid')}
  UNION SELECT k.contypid FROM pg_catalog.pg_constraint k WHERE ${buckets} IS NOT NULL AND k.contypid <> 0 AND ${isTouched('k.oid')}
  UNION SELECT r.rngtypid FROM pg_catalog.pg_range r WHERE ${buckets} IS NOT NULL AND ${isTouched('r.rngmultitypid')}
  UNION SELECT c.castsource FROM pg_catalog.pg_cast c JOIN pg_catalog.pg_range r ON r.rngtypid = c.castsource WHERE ${buckets} IS NOT NULL AND c.oid >= ${firstUserOid} AND ${isTouched('c.oid')}
)`;

/** SQL of the places of all that is read again: what an earlier reading had there no longer counts. */
export const wantedPlacesSql = `SELECT pg_catalog.string_agg(w.place, ',') FROM (
    SELECT 'pg_class ' || r.oid AS place FROM wanted_rels r
    UNION ALL SELECT 'pg_class ' || x.indexrelid FROM pg_catalog.pg_index x WHERE x.indrelid IN (SELECT r.oid FROM wanted_rels r)
    UNION ALL SELECT 'pg_type ' || c.reltype FROM pg_catalog.pg_class c WHERE c.reltype <> 0 AND c.oid IN (SELECT r.oid FROM wanted_rels r)
    UNION ALL SELECT 'pg_attrdef ' || p.oid FROM pg_catalog.pg_attrdef p WHERE p.adrelid IN (SELECT r.oid FROM wanted_rels r)
    UNION ALL SELECT 'pg_constraint ' || p.oid FROM pg_catalog.pg_constraint p
      WHERE p.conrelid IN (SELECT r.oid FROM wanted_rels r) OR p.contypid IN (SELECT t.oid FROM wanted_types t)
    UNION ALL SELECT 'pg_trigger ' || p.oid FROM pg_catalog.pg_trigger p WHERE p.tgrelid IN (SELECT r.oid FROM wanted_rels r)
    UNION ALL SELECT 'pg_rewrite ' || p.oid FROM pg_catalog.pg_rewrite p WHERE p.ev_class IN (SELECT r.oid FROM wanted_rels r)
    UNION ALL SELECT 'pg_policy ' || p.oid FROM pg_catalog.pg_policy p WHERE p.polrelid IN (SELECT r.oid FROM wanted_rels r)
    UNION ALL SELECT 'pg_statistic_ext ' || p.oid FROM pg_catalog.pg_statistic_ext p WHERE p.stxrelid IN (SELECT r.oid FROM wanted_rels r)
    UNION ALL SELECT 'pg_type ' || t.oid FROM wanted_types t
    UNION ALL SELECT 'pg_proc ' || p.oid FROM pg_catalog.pg_proc p WHERE p.oid >= ${firstUserOid} AND ${isTouched('p.oid')}) w`;

/** Those of the objects of usual kinds, and of their parts. */
export const usualCatalogs = [
  'pg_class',
  'pg_attrdef',
  'pg_constraint',
  'pg_trigger',
  'pg_rewrite',
  'pg_policy',
  'pg_statistic_ext',
  'pg_proc',
  'pg_type',
] as const;

const usualClasses = usualCatalogs.map((catalog) => `'pg_catalog.${catalog}'::pg_catalog.regclass`).join(', ');

/** SQL of whether objects of rare kinds have to be read: $3 asks for it, or they may name something that was touched. */
export const rareWantedSql = `SELECT ($3 OR EXISTS (SELECT FROM touching t WHERE t.classid NOT IN (${usualClasses}))
    OR EXISTS (SELECT FROM pg_catalog.pg_aggregate a
      WHERE a.aggfnoid >= ${firstUserOid}::pg_catalog.oid AND ${isTouched('a.aggfnoid::pg_catalog.oid')})) AS wanted`;

/**
 * Common table expressions that every kind's query may use.
 *
 * - `members`: what extensions brought along, as (classid, objid).
 * - `spaces`: the schemas that are no part of the server, with `name` as quote_ident writes it.
 * - `rels`: pg_class in them without toast tables and what belongs to extensions, with the relation's `identity` and
 *   `kind` (an ObjectKind; indexes are `index`), and whether it is `wanted`; the others are there for their names.
 */
export const snapshotScopeSql = `members AS MATERIALIZED (
  SELECT d.classid, d.objid FROM pg_catalog.pg_depend d
  WHERE d.deptype = 'e' AND d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
), spaces AS MATERIALIZED (
  SELECT n.oid, n.nspname, pg_catalog.quote_ident(n.nspname) AS name, n.nspowner, n.nspacl
  FROM pg_catalog.pg_namespace n
  WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', '${keepSchema}', '${ledgerSchema}')
), ${wantedSql}, rels AS MATERIALIZED (
  SELECT c.oid, c.relname, c.relkind, c.relpersistence, c.relowner, c.relacl, c.relam, c.reltablespace, c.reltoastrelid,
    c.reltype, c.reloftype, c.relispartition, c.relpartbound, c.relreplident, c.relrowsecurity, c.relforcerowsecurity,
    c.relispopulated, c.reloptions, s.name || '.' || pg_catalog.quote_ident(c.relname) AS identity,
    CASE WHEN c.relkind IN ('r', 'p') THEN 'table' WHEN c.relkind IN ('i', 'I') THEN 'index' WHEN c.relkind = 'S' THEN 'sequence'
      WHEN c.relkind = 'v' THEN 'view' WHEN c.relkind = 'm' THEN 'materialized view' WHEN c.relkind = 'f' THEN 'foreign table'
      ELSE 'composite type' END AS kind,
    ${buckets} IS NULL OR c.oid IN (SELECT w.oid FROM wanted_rels w) OR (c.relkind IN ('i', 'I') AND EXISTS (
      SELECT FROM pg_catalog.pg_index x JOIN wanted_rels w ON w.oid = x.indrelid WHERE x.indexrelid = c.oid)) AS wanted
  FROM pg_catalog.pg_class c JOIN spaces s ON s.oid = c.relnamespace
  WHERE c.relkind <> 't' AND c.oid >= ${firstUserOid} AND NOT EXISTS (SELECT FROM members m
    WHERE m.objid = c.oid AND m.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
      OR c.relkind = 'c' AND m.objid = c.reltype AND m.classid = 'pg_catalog.pg_type'::pg_catalog.regclass)
)`;
