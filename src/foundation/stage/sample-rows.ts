import type { Session } from '../postgres/session.js';
import { qualifiedName, quoteIdentifier } from '../sql/quote-identifier.js';
import type { FillTable } from './fill/fillable-table.js';
import { type FillOrder, orderTables } from './fill/fill-order.js';
import { fillTable } from './fill/fill-table.js';
import { readTables } from './fill/read-tables.js';

/** Values as text by the names of their columns. */
export type TextRow = Readonly<Record<string, string | null>>;

export interface SampledUpdate {
  /** The row, by its key. */
  readonly key: TextRow;
  readonly column: string;
  readonly value: string;
}

/** What one table takes, and does not have: for somebody to write it later, perhaps elsewhere. */
export interface SampledTable {
  /** `schema.name`, as quote_ident writes it. */
  readonly relation: string;
  readonly rows: readonly TextRow[];
  /** Of a row that it has. */
  readonly update: SampledUpdate | null;
}

const savepoint = 'lockkeeper_sample';
const most = 5_000;
const family = `
  WITH RECURSIVE family AS (
    SELECT pg_catalog.to_regclass(wanted.name)::pg_catalog.oid AS oid FROM pg_catalog.unnest($1::text[]) AS wanted(name)
    UNION SELECT k.confrelid FROM family JOIN pg_catalog.pg_constraint k ON k.conrelid = family.oid AND k.contype = 'f')
  SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) AS relation
  FROM family JOIN pg_catalog.pg_class c ON c.oid = family.oid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace`;

/**
 * Rows that tables would take as they are now, made by their types, constraints and keys and tried in the server, and for
 * tables that have rows a change of one. Parents come first, and rows of their own where they have none. All is undone
 * again, sequences too; what a table refuses, or has too many rows for, is left out. Session: a superuser's.
 */
export async function sampleRows(
  session: Session,
  relations: readonly string[],
  rowsPerTable: number,
): Promise<readonly SampledTable[]> {
  const names = (await session.query(family, [relations])).rows.map((row) => String(row['relation']));
  if (names.length === 0) return [];
  const order = orderTables(await readTables(session, null, names));
  const positions = await readPositions(session, order.tables);
  const inside = session.transactionStatus === 'open';
  await session.query(inside ? `SAVEPOINT ${savepoint}` : `BEGIN; SAVEPOINT ${savepoint}`);
  try {
    const wanted = new Set(relations);
    const sampled: SampledTable[] = [];
    for (const table of order.tables) {
      const one = await sampleTable(session, { table, order, rowsPerTable, wanted });
      if (one !== null) sampled.push(one);
    }
    return sampled;
  } finally {
    if (!session.closed) {
      await session.query(inside ? `ROLLBACK TO SAVEPOINT ${savepoint}; RELEASE SAVEPOINT ${savepoint}` : 'ROLLBACK');
      for (const { sequence, last, called } of positions) {
        await session.query('SELECT pg_catalog.setval($1::pg_catalog.regclass, $2, $3)', [sequence, last, called]);
      }
    }
  }
}

interface Sampling {
  readonly table: FillTable;
  readonly order: FillOrder;
  readonly rowsPerTable: number;
  readonly wanted: ReadonlySet<string>;
}

async function sampleTable(session: Session, sampling: Sampling): Promise<SampledTable | null> {
  const { table, wanted } = sampling;
  const relation = qualifiedName(table.schema, table.name);
  const before = await readRows(session, table);
  // A parent is only to be there.
  if (before === null || (!wanted.has(relation) && before.length > 0)) return null;
  const filled = await attempt(session, () => fillOne(session, sampling, before.length));
  const known = new Set(before.map(({ place }) => place));
  const rows = filled === null ? [] : ((await readRows(session, table)) ?? []).filter(({ place }) => !known.has(place));
  const [old] = before;
  const [young] = rows;
  const update = old === undefined || young === undefined ? null : await tryUpdate(session, table, { old, young });
  return { relation, rows: rows.map(({ values }) => values), update };
}

async function fillOne(session: Session, { table, order, rowsPerTable }: Sampling, existing: number): Promise<void> {
  await fillTable(session, {
    table,
    deferred: order.deferred,
    existing,
    rows: existing + rowsPerTable,
    seed: 7,
  });
}

interface PlacedRow {
  readonly place: string;
  readonly values: TextRow;
}

/** Null where there are too many. */
async function readRows(session: Session, table: FillTable): Promise<readonly PlacedRow[] | null> {
  const stored = table.columns.filter(({ source }) => source !== 'computed').map(({ name }) => name);
  const list = stored.map((name) => `t.${quoteIdentifier(name)}::pg_catalog.text`).join(', ');
  const { rows } = await session.query(
    `SELECT t.tableoid::text || t.ctid::text AS place, ARRAY[${list}]::pg_catalog.text[] AS "values"
     FROM ${qualifiedName(table.schema, table.name)} AS t LIMIT ${most + 1}`,
  );
  if (rows.length > most) return null;
  return rows.map((row) => {
    const values = row['values'] as readonly (string | null)[];
    return {
      place: String(row['place']),
      values: Object.fromEntries(stored.map((name, at) => [name, values[at] ?? null])),
    };
  });
}

/** A value of the new row in the old one, in a column that is no part of a key: the first that the table takes. */
async function tryUpdate(
  session: Session,
  table: FillTable,
  { old, young }: { readonly old: PlacedRow; readonly young: PlacedRow },
): Promise<SampledUpdate | null> {
  const strict = new Set(table.columns.filter(({ notNull }) => notNull).map(({ name }) => name));
  const columns = table.uniqueKeys.find((key) => key.length > 0 && key.every((name) => strict.has(name)));
  if (columns === undefined) return null;
  const keyed = new Set([...table.uniqueKeys.flat(), ...table.foreignKeys.flatMap((key) => key.columns)]);
  const key = Object.fromEntries(columns.map((name) => [name, old.values[name] ?? null]));
  for (const { name, source } of table.columns) {
    const value = young.values[name] ?? null;
    if (source !== 'generate' || keyed.has(name) || value === null || value === old.values[name]) continue;
    const update = { key, column: name, value };
    const done = await attempt(session, () =>
      session.query(...updateStatement(qualifiedName(table.schema, table.name), update)),
    );
    if (done?.rowCount === 1) return update;
  }
  return null;
}

/** The update of a relation, with its values; it returns the new one as text. */
export function updateStatement(relation: string, { key, column, value }: SampledUpdate): [string, (string | null)[]] {
  const names = Object.keys(key);
  const where = names.map((name, at) => `t.${quoteIdentifier(name)}::pg_catalog.text = $${at + 2}`).join(' AND ');
  const set = `UPDATE ${relation} AS t SET ${quoteIdentifier(column)} = $1 WHERE ${where}`;
  return [
    `${set} RETURNING t.${quoteIdentifier(column)}::pg_catalog.text AS value`,
    [value, ...names.map((name) => key[name] ?? null)],
  ];
}

/** Null, and nothing changed, when the server refuses. */
export async function attempt<Result>(session: Session, work: () => Promise<Result>): Promise<Result | null> {
  await session.query('SAVEPOINT lockkeeper_attempt');
  try {
    const result = await work();
    await session.query('RELEASE SAVEPOINT lockkeeper_attempt');
    return result;
  } catch (error) {
    if (session.closed) throw error;
    await session.query('ROLLBACK TO SAVEPOINT lockkeeper_attempt; RELEASE SAVEPOINT lockkeeper_attempt');
    return null;
  }
}

async function readPositions(session: Session, tables: readonly FillTable[]) {
  const sequences = tables.flatMap((table) => table.sequences.map(({ sequence }) => sequence));
  const positions: { readonly sequence: string; readonly last: unknown; readonly called: unknown }[] = [];
  for (const sequence of sequences) {
    const [row] = (await session.query(`SELECT last_value, is_called FROM ${sequence}`)).rows;
    positions.push({ sequence, last: row?.['last_value'], called: row?.['is_called'] });
  }
  return positions;
}
