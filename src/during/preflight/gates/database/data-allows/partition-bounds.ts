import type { PartitionBoundSpec } from '@pgsql/types';
import type { Session } from '../../../../../foundation/postgres/session.js';
import { quoteIdentifier, quoteLiteral } from '../../../../../foundation/sql/quote-identifier.js';
import { closingParenthesis, findWord, splitAtCommas } from '../../../../../foundation/sql/slice-source.js';
import { characterAt } from '../../../../../foundation/sql/slice-source.js';
import type { DataTest, TableName } from './data-condition.js';

/** The bound of a partition, its values as the statement writes them. */
export type PartitionBound =
  | { readonly kind: 'range'; readonly from: readonly string[]; readonly to: readonly string[] }
  | { readonly kind: 'list'; readonly values: readonly string[] }
  | { readonly kind: 'hash'; readonly modulus: number; readonly remainder: number };

/** What the bound asks of the rows of a table that becomes a partition. */
export function boundTest(parent: TableName, spec: PartitionBoundSpec | undefined, sql: string): DataTest {
  if (spec?.is_default === true) return { kind: 'default bound', parent, made: [] };
  const bound = spec === undefined ? null : readBound(spec, sql);
  return bound === null ? { kind: 'uncounted' } : { kind: 'bound', parent, bound };
}

/** The bound with its values as the statement writes them; null where they are not found in it. */
export function readBound(spec: PartitionBoundSpec, sql: string): PartitionBound | null {
  if (spec.strategy === 'h') return { kind: 'hash', modulus: spec.modulus ?? 0, remainder: spec.remainder ?? 0 };
  return valuesIn(sql.slice(characterAt(sql, spec.location ?? 0)));
}

/** The text begins at FOR, or at IN or FROM. */
function valuesIn(text: string): PartitionBound | null {
  const start = findWord(text, 'in');
  const from = findWord(text, 'from');
  if (start !== null && (from === null || start < from)) return { kind: 'list', values: listAfter(text, start) };
  const to = from === null ? null : findWord(text, 'to', from);
  return from === null || to === null ? null : { kind: 'range', from: listAfter(text, from), to: listAfter(text, to) };
}

function listAfter(clause: string, at: number): readonly string[] {
  const open = clause.indexOf('(', at);
  if (open < 0) return [];
  return splitAtCommas(clause, open + 1, closingParenthesis(clause, open)).map(({ text }) => text.trim());
}

const keySql = `SELECT a.attname::pg_catalog.text AS name, pg_catalog.pg_get_expr(p.partexprs, p.partrelid) AS expressions
  FROM pg_catalog.pg_partitioned_table p
    CROSS JOIN pg_catalog.unnest(p.partattrs) WITH ORDINALITY AS k(number, place)
    LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = p.partrelid AND a.attnum = k.number AND k.number > 0
  WHERE p.partrelid = pg_catalog.to_regclass($1)::pg_catalog.oid ORDER BY k.place`;

/** What a partitioned table is divided by, as SQL over the alias `c`; expressions name columns without it. */
async function readKeys(session: Session, parent: string): Promise<readonly string[]> {
  const { rows } = await session.query(keySql, [parent]);
  const stored = rows[0]?.['expressions'];
  const text = typeof stored === 'string' ? stored : '';
  const expressions = splitAtCommas(text, 0, text.length).map((part) => part.text);
  let next = 0;
  return rows.map(({ name }) =>
    typeof name === 'string' ? `c.${quoteIdentifier(name)}` : `(${expressions[next++] ?? 'NULL'})`,
  );
}

/** True, as SQL over the alias `c`, for a row that belongs into the bound; null where it cannot be said. */
export async function insideOf(session: Session, parent: string, bound: PartitionBound): Promise<string | null> {
  const outside = await outsideOf(session, parent, bound);
  return outside === null ? null : `(${outside}) IS NOT TRUE`;
}

const parentSql = `SELECT pg_catalog.pg_get_partition_constraintdef(c.oid) AS given
  FROM pg_catalog.pg_class c WHERE c.oid = pg_catalog.to_regclass($1)::pg_catalog.oid AND c.relispartition`;

/** True for a row that may not be below the parent at all, being a partition itself; null where all may. */
export async function outsideOfParent(session: Session, parent: string): Promise<string | null> {
  const given = (await session.query(parentSql, [parent])).rows[0]?.['given'];
  return typeof given === 'string' ? `NOT (${given})` : null;
}

const siblingsSql = `SELECT pg_catalog.pg_get_expr(s.relpartbound, s.oid) AS bound FROM pg_catalog.pg_inherits i
    JOIN pg_catalog.pg_class s ON s.oid = i.inhrelid
  WHERE i.inhparent = pg_catalog.to_regclass($1)::pg_catalog.oid AND s.relpartbound IS NOT NULL`;

/** True for a row that belongs into another partition, of those that are there or those that are made before; null: not known. */
export async function insideOfOthers(
  session: Session,
  parent: string,
  made: readonly PartitionBound[],
): Promise<string | null> {
  const texts = (await session.query(siblingsSql, [parent])).rows.map((row) => String(row['bound']));
  const there = texts.filter((text) => text !== 'DEFAULT').map(valuesIn);
  const inside: string[] = [];
  for (const bound of [...there, ...made]) {
    const one = bound === null ? null : await insideOf(session, parent, bound);
    if (one === null) return null;
    inside.push(one);
  }
  return inside.length === 0 ? 'false' : inside.join(' OR ');
}

/** True, as SQL over the alias `c`, for a row outside of the bound; null where it cannot be said. */
export async function outsideOf(session: Session, parent: string, bound: PartitionBound): Promise<string | null> {
  const keys = await readKeys(session, parent);
  if (keys.length === 0) return null;
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
