import type { SchemaColumn, SchemaIndex, SchemaRelation, SchemaRule, SchemaTrigger } from '../../model/schema.js';
import { kindByRelkind } from '../../model/locks.js';
import { qualifiedName } from '../sql/quote-identifier.js';
import { meaningOf, oidOrNull } from './scope.js';

/** Sizes come from the last statistics: pg_relation_size would open the relation, and wait for whoever has locked it. */
export const relationsSql = `SELECT r.oid::text, r.nspname AS schema, r.relname, r.relkind::text, r.relpersistence::text,
    am.amname AS access_method, t.spcname AS tablespace, r.relispartition AS is_partition,
    pg_catalog.pg_get_expr(r.relpartbound, 0) AS bound,
    CASE WHEN r.relkind = 'p' THEN pg_catalog.pg_get_partkeydef(r.oid) END AS partition_key,
    r.reltoastrelid::text AS toast, r.reltuples AS rows,
    r.relpages::bigint * pg_catalog.current_setting('block_size')::int AS bytes,
    r.relrowsecurity AS row_security, r.relispopulated AS populated, pg_catalog.pg_get_userbyid(r.relowner) AS owner
  FROM rels r LEFT JOIN pg_catalog.pg_am am ON am.oid = r.relam
    LEFT JOIN pg_catalog.pg_tablespace t ON t.oid = r.reltablespace
  ORDER BY r.nspname, r.relname, r.oid`;

export const parentsSql = `SELECT i.inhrelid::text AS relid, i.inhparent::text AS parent
  FROM pg_catalog.pg_inherits i JOIN rels r ON r.oid = i.inhrelid ORDER BY i.inhrelid, i.inhseqno`;

/** SERIAL and OWNED BY leave an automatic dependency, IDENTITY an internal one. */
export const ownersSql = `SELECT d.objid::text AS relid, d.refobjid::text AS owner, a.attname AS column
  FROM pg_catalog.pg_depend d JOIN rels r ON r.oid = d.objid AND r.relkind = 'S'
    JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
  WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
    AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')`;

export const policiesSql = `SELECT p.polrelid::text AS relid, p.polname AS name
  FROM pg_catalog.pg_policy p JOIN rels r ON r.oid = p.polrelid ORDER BY p.polrelid, p.polname`;

export interface RelationRow {
  readonly oid: string;
  readonly schema: string;
  readonly relname: string;
  readonly relkind: string;
  readonly relpersistence: string;
  readonly access_method: string | null;
  readonly tablespace: string | null;
  readonly is_partition: boolean;
  readonly bound: string | null;
  readonly partition_key: string | null;
  readonly toast: string;
  readonly rows: number;
  readonly bytes: number;
  readonly row_security: boolean;
  readonly populated: boolean;
  readonly owner: string;
}

export interface ParentRow {
  readonly relid: string;
  readonly parent: string;
}

export interface OwnerRow {
  readonly relid: string;
  readonly owner: string;
  readonly column: string;
}

export interface PolicyRow {
  readonly relid: string;
  readonly name: string;
}

/** What other catalogs say about one relation. */
export interface RelationParts {
  readonly parents: readonly ParentRow[];
  readonly owner: OwnerRow | undefined;
  readonly policies: readonly PolicyRow[];
  readonly columns: readonly SchemaColumn[];
  readonly index: SchemaIndex | null;
  readonly reads: readonly string[];
  readonly triggers: readonly SchemaTrigger[];
  readonly rules: readonly SchemaRule[];
}

const persistences: Readonly<Record<string, SchemaRelation['persistence']>> = {
  p: 'permanent',
  u: 'unlogged',
  t: 'temporary',
};

export function toRelation(row: RelationRow, parts: RelationParts): SchemaRelation {
  const { owner } = parts;
  return {
    oid: row.oid,
    name: qualifiedName(row.schema, row.relname),
    schema: row.schema,
    relname: row.relname,
    kind: meaningOf(row.relkind, kindByRelkind),
    persistence: meaningOf(row.relpersistence, persistences),
    accessMethod: row.access_method,
    tablespace: row.tablespace,
    parents: parts.parents.map(({ parent }) => parent),
    isPartition: row.is_partition,
    partitionBound: row.bound,
    partitionKey: row.partition_key,
    toast: oidOrNull(row.toast),
    // -1 is what the server writes before the first ANALYZE or VACUUM.
    rows: row.rows < 0 ? null : row.rows,
    bytes: row.bytes,
    columns: parts.columns,
    index: parts.index,
    ownedBy: owner === undefined ? null : { relation: owner.owner, column: owner.column },
    reads: parts.reads,
    triggers: parts.triggers,
    rules: parts.rules,
    policies: parts.policies.map(({ name }) => name),
    rowSecurity: row.row_security,
    populated: row.populated,
    owner: row.owner,
  };
}
