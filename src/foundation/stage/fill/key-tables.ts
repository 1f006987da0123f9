import type { Session } from '../../postgres/session.js';
import { quoteIdentifier } from '../../sql/quote-identifier.js';
import type { FillForeignKey } from './fillable-table.js';

/**
 * The referenced keys of a foreign key, numbered, in a temporary table: columns k0, k1… as in the foreign key,
 * `i` the number from 0 and `c` how many there are; both within rows that agree in the shared columns.
 */
export interface KeyTable {
  readonly key: FillForeignKey;
  readonly table: string;
  readonly count: number;
  /** Places of the columns whose values are given by another key of the same row. */
  readonly shared: readonly number[];
}

export interface KeyTableOptions {
  readonly shared: readonly number[];
  readonly mostKeys: number;
  readonly number: number;
}

export async function makeKeyTable(session: Session, key: FillForeignKey, options: KeyTableOptions): Promise<KeyTable> {
  const table = `pg_temp.lockkeeper_keys_${options.number}`;
  const columns = key.parentColumns.map(quoteIdentifier);
  const list = columns.map((column, place) => `${column} AS k${place}`).join(', ');
  const complete = columns.map((column) => `${column} IS NOT NULL`).join(' AND ');
  const within =
    options.shared.length === 0 ? '' : `PARTITION BY ${options.shared.map((place) => `k${place}`).join(', ')}`;
  await session.query(`
    CREATE TEMPORARY TABLE ${table.replace('pg_temp.', '')} AS
      SELECT k.*, pg_catalog.row_number() OVER (${within}) - 1 AS i, pg_catalog.count(*) OVER (${within}) AS c
        FROM (SELECT ${list} FROM ${key.parent} WHERE ${complete} LIMIT ${options.mostKeys}) AS k`);
  await session.query(`ANALYZE ${table}`);
  const { rows } = await session.query(`SELECT pg_catalog.count(*)::int AS count FROM ${table}`);
  return { key, table, count: Number(rows[0]?.['count']), shared: options.shared };
}

export async function dropKeyTable(session: Session, keys: KeyTable): Promise<void> {
  await session.query(`DROP TABLE ${keys.table}`);
}

export interface KeyJoin {
  readonly keys: KeyTable;
  /** The key table's name in the query; its counts get the same with _c. */
  readonly alias: string;
  /** SQL of the index, a bigint that is not negative. */
  readonly index: string;
  /** SQL of the values of the shared columns. */
  readonly sharedValues: readonly string[];
}

/** LEFT JOINs that add one referenced key to each row; its columns are NULL where none agrees. */
export function joinKeys({ keys, alias, index, sharedValues }: KeyJoin): string {
  if (keys.shared.length === 0) {
    return `LEFT JOIN ${keys.table} AS ${alias} ON ${alias}.i = (${index}) % ${Math.max(1, keys.count)}`;
  }
  const columns = keys.shared.map((place) => `k${place}`);
  const counts = `(SELECT DISTINCT ${columns.join(', ')}, c FROM ${keys.table}) AS ${alias}_c`;
  const same = columns.map((column, place) => `${alias}_c.${column} = ${sharedValues[place]}`).join(' AND ');
  const agreeing = columns.map((column) => `${alias}.${column} = ${alias}_c.${column}`).join(' AND ');
  return `LEFT JOIN ${counts} ON ${same}
          LEFT JOIN ${keys.table} AS ${alias} ON ${agreeing} AND ${alias}.i = (${index}) % ${alias}_c.c`;
}
