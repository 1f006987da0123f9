import type { PartitionBoundSpec } from '@pgsql/types';
import type { Session } from '../../../../../foundation/postgres/session.js';
import { quoteIdentifier, quoteLiteral } from '../../../../../foundation/sql/quote-identifier.js';
import { closingParenthesis, findWord, splitAtCommas } from '../../../../../foundation/sql/slice-source.js';
import type { DataTest, TableName } from './data-condition.js';

/** The bound of a partition, its values as the statement writes them. */
export type PartitionBound =
  | { readonly kind: 'range'; readonly from: readonly string[]; readonly to: readonly string[] }
  | { readonly kind: 'list'; readonly values: readonly string[] }
  | { readonly kind: 'hash'; readonly modulus: number; readonly remainder: number };

/** What ATTACH PARTITION asks of the rows of the new partition. What DEFAULT asks depends on all the others. */
export function boundTest(parent: TableName, bound: PartitionBoundSpec | undefined, clause: string): DataTest {
  const read = bound === undefined || bound.is_default === true ? null : readBound(bound, clause);
  return read === null ? { kind: 'uncounted' } : { kind: 'bound', parent, bound: read };
}

function readBound({ strategy, modulus, remainder }: PartitionBoundSpec, clause: string): PartitionBound | null {
  const values = findWord(clause, 'values');
  if (values === null) return null;
  if (strategy === 'h') return { kind: 'hash', modulus: modulus ?? 0, remainder: remainder ?? 0 };
  if (strategy === 'l') return { kind: 'list', values: listAfter(clause, 'in', values) };
  const from = listAfter(clause, 'from', values);
  const to = listAfter(clause, 'to', values);
  return from.length === 0 || to.length === 0 ? null : { kind: 'range', from, to };
}

function listAfter(clause: string, word: string, start: number): readonly string[] {
  const at = findWord(clause, word, start);
  const open = at === null ? -1 : clause.indexOf('(', at);
  if (open < 0) return [];
  return splitAtCommas(clause, open + 1, closingParenthesis(clause, open)).map(({ text }) => text.trim());
}

const keySql = `SELECT a.attname::pg_catalog.text AS name FROM pg_catalog.pg_partitioned_table p
    CROSS JOIN pg_catalog.unnest(p.partattrs) WITH ORDINALITY AS k(number, place)
    LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = p.partrelid AND a.attnum = k.number AND k.number > 0
  WHERE p.partrelid = pg_catalog.to_regclass($1)::pg_catalog.oid ORDER BY k.place`;

/** True, as SQL over the alias `c`, for a row outside of the bound; null where the key is more than columns. */
export async function outsideOf(session: Session, parent: string, bound: PartitionBound): Promise<string | null> {
  const names = (await session.query(keySql, [parent])).rows.map((row) => row['name']);
  if (names.length === 0 || names.some((name) => typeof name !== 'string')) return null;
  const keys = names.map((name) => `c.${quoteIdentifier(String(name))}`);
  switch (bound.kind) {
    case 'range':
      return outsideOfRange(keys, bound);
    case 'list':
      return outsideOfList(keys, bound.values);
    case 'hash': {
      const { modulus, remainder } = bound;
      const relation = `${quoteLiteral(parent)}::pg_catalog.regclass`;
      return `NOT pg_catalog.satisfies_hash_partition(${relation}, ${modulus}, ${remainder}, ${keys.join(', ')})`;
    }
  }
}

const isMin = (value: string): boolean => /^minvalue$/i.test(value);
const isMax = (value: string): boolean => /^maxvalue$/i.test(value);

/** What stands behind the first MINVALUE or MAXVALUE does not count. A NULL lies in no range. */
function outsideOfRange(
  keys: readonly string[],
  { from, to }: Extract<PartitionBound, { kind: 'range' }>,
): string | null {
  if (from.length !== keys.length || to.length !== keys.length) return null;
  const nulls = keys.map((key) => `${key} IS NULL`);
  return [...nulls, ...beyond(keys, from, 'below'), ...beyond(keys, to, 'above')].join(' OR ');
}

function beyond(keys: readonly string[], values: readonly string[], side: 'below' | 'above'): readonly string[] {
  const open = values.findIndex((value) => isMin(value) || isMax(value));
  const count = open < 0 ? values.length : open;
  const row = `(${keys.slice(0, count).join(', ')})`;
  const limit = `(${values.slice(0, count).join(', ')})`;
  const last = values[open] ?? '';
  if (count === 0) return (side === 'below' && isMin(last)) || (side === 'above' && isMax(last)) ? [] : ['true'];
  // FROM is inclusive and TO is not; a MINVALUE behind it is before, a MAXVALUE after everything that begins so.
  if (side === 'below') return [`${row} ${isMax(last) ? '<=' : '<'} ${limit}`];
  return [`${row} ${isMax(last) ? '>' : '>='} ${limit}`];
}

function outsideOfList(keys: readonly string[], values: readonly string[]): string | null {
  const [key] = keys;
  if (key === undefined || keys.length > 1) return null;
  const given = values.filter((value) => !/^null$/i.test(value));
  const isNull = given.length < values.length ? 'false' : `${key} IS NULL`;
  return given.length === 0 ? `${key} IS NOT NULL` : `${isNull} OR ${key} NOT IN (${given.join(', ')})`;
}
