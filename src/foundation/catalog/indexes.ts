import type { SchemaIndex } from '../../model/schema.js';
import { type ColumnNames, namesOf } from './columns.js';

export const indexesSql = `SELECT i.indexrelid::text AS oid, i.indrelid::text AS table, i.indkey::text AS keys,
    i.indnkeyatts AS key_count, pg_catalog.concat(i.indexprs::text, i.indpred::text) AS expressions,
    pg_catalog.pg_get_expr(i.indpred, i.indrelid) AS predicate, am.amname AS method, i.indisunique AS unique,
    i.indisprimary AS primary, i.indisvalid AS valid, i.indisclustered AS clustered, i.indisreplident AS replica_identity,
    pg_catalog.pg_get_indexdef(i.indexrelid) AS definition
  FROM pg_catalog.pg_index i JOIN rels r ON r.oid = i.indexrelid JOIN pg_catalog.pg_am am ON am.oid = r.relam`;

export interface IndexRow {
  readonly oid: string;
  readonly table: string;
  /** Column numbers separated by blanks, 0 for an expression; first the keys, then what is included. */
  readonly keys: string;
  readonly key_count: number;
  /** Parse trees of the expressions and the predicate; empty when there are none. */
  readonly expressions: string;
  readonly predicate: string | null;
  readonly method: string;
  readonly unique: boolean;
  readonly primary: boolean;
  readonly valid: boolean;
  readonly clustered: boolean;
  readonly replica_identity: boolean;
  readonly definition: string;
}

export function toIndex(row: IndexRow, names: ColumnNames): SchemaIndex {
  const numbers = row.keys.split(' ').map(Number);
  return {
    table: row.table,
    keys: numbers.slice(0, row.key_count).map((number) => names.get(number) ?? null),
    included: namesOf(numbers.slice(row.key_count), names),
    usedColumns: usedColumns(row.expressions, names),
    predicate: row.predicate,
    method: row.method,
    unique: row.unique,
    primary: row.primary,
    valid: row.valid,
    clustered: row.clustered,
    replicaIdentity: row.replica_identity,
    definition: row.definition,
  };
}

/** The dependencies of an index do not tell a key from a column of the predicate; its parse tree does. */
function usedColumns(trees: string, names: ColumnNames): readonly string[] {
  const numbers = new Set([...trees.matchAll(/:varattno (\d+)/g)].map(([, number]) => Number(number)));
  // 0 is the whole row.
  if (numbers.has(0)) return [...names.values()];
  return namesOf(
    [...numbers].toSorted((a, b) => a - b),
    names,
  );
}
