import type { SchemaColumn } from '../../model/schema.js';
import { oidOrNull } from './scope.js';

/**
 * Indexes and sequences are left out: their columns say nothing that is not known from elsewhere. A default holds no
 * column, so pg_get_expr needs no relation, which it would open; the expression of a generated column does.
 */
export const columnsSql = `SELECT a.attrelid::text AS relid, a.attname AS name, a.attnum AS number, a.atttypid::text AS type,
    pg_catalog.format_type(a.atttypid, a.atttypmod) AS type_text, a.atttypmod AS typmod,
    a.attcollation::text AS collation, a.attnotnull AS not_null, a.attgenerated::text AS generated,
    a.attidentity <> '' AS identity,
    CASE WHEN a.atthasdef THEN
      pg_catalog.pg_get_expr(d.adbin, CASE WHEN a.attgenerated = '' THEN 0 ELSE a.attrelid END) END AS default
  FROM rels r JOIN pg_catalog.pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_catalog.pg_attrdef d ON a.atthasdef AND d.adrelid = a.attrelid AND d.adnum = a.attnum
  WHERE r.relkind NOT IN ('i', 'I', 'S') ORDER BY a.attrelid, a.attnum`;

export interface ColumnRow {
  readonly relid: string;
  readonly name: string;
  readonly number: number;
  readonly type: string;
  readonly type_text: string;
  readonly typmod: number;
  readonly collation: string;
  readonly not_null: boolean;
  readonly generated: string;
  readonly identity: boolean;
  readonly default: string | null;
}

export function toColumn(row: ColumnRow): SchemaColumn {
  return {
    name: row.name,
    number: row.number,
    type: row.type,
    typeText: row.type_text,
    typmod: row.typmod,
    collation: oidOrNull(row.collation),
    notNull: row.not_null,
    default: row.default,
    generated: row.generated === '' ? null : row.generated === 'v' ? 'virtual' : 'stored',
    identity: row.identity,
  };
}

/** Names of a table's columns by their numbers. */
export type ColumnNames = ReadonlyMap<number, string>;

export function namesByNumber(columns: readonly SchemaColumn[]): ColumnNames {
  return new Map(columns.map(({ number, name }) => [number, name]));
}

export function namesOf(numbers: readonly number[], names: ColumnNames): readonly string[] {
  return numbers.flatMap((number) => names.get(number) ?? []);
}
