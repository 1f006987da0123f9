import type { SchemaType } from '../../model/schema.js';
import { meaningOf, oidOrNull } from './scope.js';

/**
 * Built-in types stand here too, for columns and casts name them; the row types of the catalogs do not. An array has
 * its element as base, a domain what it is made over, a range its subtype, a multirange its range.
 */
export const typesSql = `SELECT t.oid::text, n.nspname AS schema, t.typname AS name, t.typtype::text AS kind,
    coalesce(element.oid, nullif(t.typbasetype, 0), r.rngsubtype, m.rngtypid)::text AS base,
    t.typtypmod AS base_typmod, t.typrelid::text AS relation, t.typnotnull AS not_null, t.typdefault AS default,
    CASE WHEN t.typtype = 'e' THEN (SELECT pg_catalog.json_agg(e.enumlabel ORDER BY e.enumsortorder)
      FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid) END AS labels
  FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
    LEFT JOIN pg_catalog.pg_type element ON element.typarray = t.oid
    LEFT JOIN pg_catalog.pg_range r ON r.rngtypid = t.oid
    LEFT JOIN pg_catalog.pg_range m ON m.rngmultitypid = t.oid
  WHERE n.oid IN (SELECT s.oid FROM spaces s)
    OR n.nspname = 'pg_catalog' AND t.typrelid = 0 AND coalesce(element.typrelid, 0) = 0 ORDER BY t.oid`;

/** Pairs between which a value stays as it is. */
export const binaryCastsSql = `SELECT c.castsource::text AS source, c.casttarget::text AS target
  FROM pg_catalog.pg_cast c WHERE c.castmethod = 'b' ORDER BY c.castsource, c.casttarget`;

export interface TypeRow {
  readonly oid: string;
  readonly schema: string;
  readonly name: string;
  readonly kind: string;
  readonly base: string | null;
  readonly base_typmod: number;
  readonly relation: string;
  readonly not_null: boolean;
  readonly default: string | null;
  readonly labels: readonly string[] | null;
}

export interface CastRow {
  readonly source: string;
  readonly target: string;
}

const kinds: Readonly<Record<string, SchemaType['kind']>> = {
  b: 'base',
  c: 'composite',
  d: 'domain',
  e: 'enum',
  r: 'range',
  m: 'multirange',
  p: 'pseudo',
};

export function toType(row: TypeRow): SchemaType {
  return {
    oid: row.oid,
    schema: row.schema,
    name: row.name,
    kind: meaningOf(row.kind, kinds),
    base: row.base,
    baseTypmod: row.base_typmod,
    relation: oidOrNull(row.relation),
    labels: row.labels ?? [],
    notNull: row.not_null,
    default: row.default,
  };
}
