import { asServerError } from '../postgres/server-error.js';
import type { Session } from '../postgres/session.js';
import { qualifiedName, quoteIdentifier, quoteLiteral } from '../sql/quote-identifier.js';
import { deleteOrphans, fillDeferredKey } from './fill/deferred-keys.js';
import type { FillTable } from './fill/fillable-table.js';
import { type FillOrder, orderTables } from './fill/fill-order.js';
import { fillTable } from './fill/fill-table.js';
import { readTables } from './fill/read-tables.js';

export interface FillRowsOptions {
  readonly rowsPerTable: number;
  /** Null for all schemas but the server's own. */
  readonly schemas: readonly string[] | null;
  /** Other values for columns that look random; the same seed gives the same rows. */
  readonly seed?: number;
  /** Tables to leave alone, as `schema.name` with each part as quote_ident writes it: a tool's own state table, say. */
  readonly exclude?: readonly string[];
  readonly onTable?: (relation: string) => void;
}

export interface FilledTable {
  readonly relation: string;
  /** Rows it had; one more than asked for stands for any number above. */
  readonly existing: number;
  readonly inserted: number;
  /** Why it has fewer rows than asked for; null if it has not. */
  readonly shortfall: string | null;
}

/**
 * Fills tables that have fewer rows than asked for with rows that satisfy their types, constraints, keys and
 * partitions; what is there stays. Triggers do not fire. Sequences are moved past the highest value, statistics
 * gathered. The session must be a superuser's, outside a transaction. What could not be filled is told table by table.
 */
export async function fillRows(session: Session, options: FillRowsOptions): Promise<readonly FilledTable[]> {
  const excluded = new Set(options.exclude ?? []);
  const tables = await readTables(session, options.schemas);
  const order = orderTables(tables.filter((table) => !excluded.has(relationOf(table))));
  await session.query("SET session_replication_role = replica; SET client_min_messages = 'warning'");
  try {
    const filled: FilledTable[] = [];
    for (const table of order.tables) {
      options.onTable?.(relationOf(table));
      await moveSequences(session, table);
      filled.push(await fillOne(session, { table, order, options }));
    }
    const settled = await settleKeys(session, { order, filled, options });
    for (const { relation, inserted } of settled) if (inserted > 0) await session.query(`ANALYZE ${relation}`);
    return settled;
  } finally {
    if (!session.closed) await session.query('RESET session_replication_role; RESET client_min_messages');
  }
}

function relationOf(table: FillTable): string {
  return qualifiedName(table.schema, table.name);
}

interface Fill {
  readonly order: FillOrder;
  readonly options: FillRowsOptions;
}

async function fillOne(
  session: Session,
  { table, order, options }: Fill & { readonly table: FillTable },
): Promise<FilledTable> {
  const relation = relationOf(table);
  const rows = options.rowsPerTable;
  const seed = options.seed ?? 1;
  const existing = table.kind === 'foreign table' ? 0 : await countRows(session, table, rows);
  if (existing >= rows) return { relation, existing, inserted: 0, shortfall: null };
  const done = await fillTable(session, { table, deferred: order.deferred, existing, rows, seed });
  return { relation, existing, ...done };
}

async function countRows(session: Session, table: FillTable, enough: number): Promise<number> {
  const some = `SELECT FROM ${relationOf(table)} LIMIT ${enough + 1}`;
  const { rows } = await session.query(`SELECT pg_catalog.count(*)::int AS count FROM (${some}) AS present`);
  return Number(rows[0]?.['count']);
}

/** Rows that were loaded with their numbers leave the sequence behind; it must not give them again. */
async function moveSequences(session: Session, table: FillTable): Promise<void> {
  for (const { column, sequence } of table.sequences) {
    const highest = `(SELECT pg_catalog.max(${quoteIdentifier(column)}) FROM ${relationOf(table)})`;
    await session.query(`
      SELECT pg_catalog.setval(${quoteLiteral(sequence)}::regclass, ${highest})
       WHERE ${highest} >= (SELECT last_value FROM ${sequence})`);
  }
}

/** Gives deferred keys their values, then looks at every key as the server would have done with its triggers on. */
async function settleKeys(
  session: Session,
  { order, filled, options }: Fill & { readonly filled: readonly FilledTable[] },
): Promise<readonly FilledTable[]> {
  const byRelation = new Map(filled.map((table) => [table.relation, table]));
  const touched = order.tables.filter((table) => (byRelation.get(relationOf(table))?.inserted ?? 0) > 0);
  const add = (table: FillTable, deleted: number, reason: string) => {
    const before = byRelation.get(relationOf(table)) as FilledTable;
    const shortfall = before.shortfall === null ? reason : `${before.shortfall}; ${reason}`;
    byRelation.set(before.relation, { ...before, inserted: before.inserted - deleted, shortfall });
  };
  for (const table of touched) {
    const hadRows = (byRelation.get(relationOf(table))?.existing ?? 0) > 0;
    for (const key of table.foreignKeys.filter((candidate) => order.deferred.has(candidate))) {
      const names = key.columns.map(quoteIdentifier).join(', ');
      try {
        await fillDeferredKey(session, { table, key, hadRows, mostKeys: options.rowsPerTable, number: 0 });
      } catch (error) {
        const cause = asServerError(error);
        if (cause === null) throw error;
        add(table, 0, `the foreign key (${names}) got no values: ${cause.message}`);
      }
    }
  }
  // A deleted row may leave orphans of its own.
  const empty = touched.filter((table) => byRelation.get(relationOf(table))?.existing === 0);
  for (let again = true; again; ) {
    again = false;
    for (const table of empty) {
      const deleted = await deleteOrphans(session, table);
      if (deleted > 0) add(table, deleted, `${deleted} rows referred to rows that could not be made`);
      again ||= deleted > 0;
    }
  }
  return filled.map((table) => byRelation.get(table.relation) as FilledTable);
}
