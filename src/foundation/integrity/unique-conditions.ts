import type { Session } from '../postgres/session.js';
import { foreign, ident, reachable } from './row-conditions.js';

/** A unique index that the server does not see to, for its build never ended. */
export interface UniqueCondition {
  /** `schema.name` of its table. */
  readonly relation: string;
  readonly index: string;
  /** SQL of the key's columns and expressions. */
  readonly keys: readonly string[];
  /** SQL of a partial index; null: all rows. */
  readonly predicate: string | null;
  readonly nullsDiffer: boolean;
  /** Rows are in partitions. */
  readonly spread: boolean;
}

const invalidUnique = `
  SELECT ${ident('n', 'c')} AS relation, x.relname::pg_catalog.text AS index, c.relkind = 'p' AS spread,
    (SELECT pg_catalog.json_agg(pg_catalog.pg_get_indexdef(i.indexrelid, k::pg_catalog.int4, true) ORDER BY k)
      FROM pg_catalog.generate_series(1, i.indnkeyatts) k) AS keys,
    pg_catalog.pg_get_expr(i.indpred, i.indrelid) AS predicate,
    pg_catalog.to_jsonb(i) ->> 'indnullsnotdistinct' IS DISTINCT FROM 'true' AS nulls_differ
  FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid JOIN pg_catalog.pg_class c ON c.oid = i.indrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE i.indisunique AND NOT (i.indisvalid AND i.indisready AND i.indislive) AND ${reachable}
    AND c.relkind IN ('r', 'p', 'm') AND ${foreign('n')}
  ORDER BY 1, 2`;

/** Unique indexes under which there may be duplicates. */
export async function readUniqueConditions(session: Session): Promise<readonly UniqueCondition[]> {
  return (await session.query(invalidUnique)).rows.map((row) => ({
    relation: String(row['relation']),
    index: String(row['index']),
    keys: row['keys'] as readonly string[],
    predicate: (row['predicate'] ?? null) as string | null,
    nullsDiffer: row['nulls_differ'] === true,
    spread: row['spread'] === true,
  }));
}

/** A share of all keys, told by their hash: equal keys are in the same one. */
export interface KeyShare {
  readonly number: number;
  readonly of: number;
}

/** Rows that share their key with another one, counted up to a limit. It reads the whole table, and keeps the keys of a share. */
export async function countDuplicates(
  session: Session,
  { relation, keys, predicate, nullsDiffer, spread }: UniqueCondition,
  { share, atMost }: { readonly share: KeyShare; readonly atMost: number },
): Promise<number> {
  const conditions = [
    ...(nullsDiffer ? keys.map((key) => `(${key}) IS NOT NULL`) : []),
    ...(predicate === null ? [] : [`(${predicate})`]),
    ...(share.of === 1
      ? []
      : [`(pg_catalog.hash_record_extended(ROW(${keys.join(', ')}), 0) & ${share.of - 1}) = ${share.number}`]),
  ];
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
  const { rows } = await session.query(`SELECT coalesce(pg_catalog.sum(found.rows), 0)::pg_catalog.text AS rows
    FROM (SELECT pg_catalog.count(*) AS rows FROM (SELECT ${keys.map((key, at) => `(${key}) AS k${at}`).join(', ')}
        FROM ${spread ? '' : 'ONLY '}${relation} AS c ${where}) AS keys
      GROUP BY ${keys.map((_, at) => `k${at}`).join(', ')}
      HAVING pg_catalog.count(*) > 1 LIMIT ${atMost}) AS found`);
  return Number(rows[0]?.['rows']);
}
