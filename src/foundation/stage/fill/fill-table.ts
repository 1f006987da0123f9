import { asServerError } from '../../postgres/server-error.js';
import type { Session } from '../../postgres/session.js';
import { qualifiedName, quoteIdentifier } from '../../sql/quote-identifier.js';
import { chooseShape } from './choose-shapes.js';
import { type RowCondition, rowConditions } from './conditions.js';
import type { FillColumn, FillForeignKey, FillPartition, FillTable } from './fillable-table.js';
import { mayBeNull } from './fill-order.js';
import { type InsertPlan, insertStatement, planTableIndexes } from './insert-statement.js';
import { dropKeyTable, type KeyTable, makeKeyTable } from './key-tables.js';
import type { ValueShape } from './value-shapes.js';

export interface FillTableOptions {
  readonly table: FillTable;
  readonly deferred: ReadonlySet<FillForeignKey>;
  /** Rows that the table has. */
  readonly existing: number;
  /** Rows that it should have. */
  readonly rows: number;
  readonly seed: number;
}

export interface InsertedRows {
  readonly inserted: number;
  /** Why there are fewer than asked for; null if there are not. */
  readonly shortfall: string | null;
}

const mostRounds = 8;
const mostCandidates = 2_000_000;

/** Inserts the missing rows of one table. What the server refuses is told as the shortfall. */
export async function fillTable(session: Session, options: FillTableOptions): Promise<InsertedRows> {
  const { table } = options;
  if (table.kind === 'foreign table') return { inserted: 0, shortfall: 'a foreign table keeps its rows elsewhere' };
  const parts = partitionsToFill(table);
  if (parts.length === 0) return { inserted: 0, shortfall: 'it has no partitions' };
  const keys = await makeKeyTables(session, options);
  try {
    const barren = keys.find(({ count, key }) => count === 0 && !mayBeNull(table, key));
    if (barren !== undefined)
      return { inserted: 0, shortfall: `${barren.key.parent}, which it refers to, has no rows` };
    return await fillParts(session, { ...options, keys: keys.filter(({ count }) => count > 0), parts });
  } finally {
    for (const key of keys) await dropKeyTable(session, key);
  }
}

/** The default partition takes what no other does: it is filled only where it stands alone. */
function partitionsToFill(table: FillTable): readonly (FillPartition | null)[] {
  if (table.kind !== 'partitioned table') return [null];
  const named = table.partitions.filter((partition) => !partition.isDefault);
  return named.length > 0 ? named : table.partitions;
}

/** Keys with more columns first: they give the columns that others share. Columns with a source of their own are left to it. */
async function makeKeyTables(
  session: Session,
  { table, deferred, rows }: FillTableOptions,
): Promise<readonly KeyTable[]> {
  const sources = new Map(table.columns.map((column) => [column.name, column.source]));
  const given = new Set<string>();
  const made: KeyTable[] = [];
  for (const key of table.foreignKeys.toSorted((a, b) => b.columns.length - a.columns.length)) {
    if (deferred.has(key) || key.columns.some((name) => sources.get(name) !== 'generate')) continue;
    if (key.columns.every((name) => given.has(name))) continue;
    const shared = key.columns.flatMap((name, place) => (given.has(name) ? [place] : []));
    made.push(await makeKeyTable(session, key, { shared, mostKeys: rows, number: made.length }));
    for (const name of key.columns) given.add(name);
  }
  return made;
}

interface Parts extends FillTableOptions {
  readonly keys: readonly KeyTable[];
  readonly parts: readonly (FillPartition | null)[];
}

async function fillParts(session: Session, options: Parts): Promise<InsertedRows> {
  const { table, parts, existing } = options;
  const missing = options.rows - existing;
  let inserted = 0;
  let tried = existing;
  const shortfalls = new Set<string>();
  for (const [place, part] of parts.entries()) {
    const wanted = Math.floor((missing * (place + 1)) / parts.length) - Math.floor((missing * place) / parts.length);
    const conditions = rowConditions(table, part?.constraint ?? null);
    const chosen = await chooseShapes(session, { ...options, conditions });
    if (typeof chosen === 'string') {
      shortfalls.add(chosen);
      continue;
    }
    const { keys, seed } = options;
    const plan: InsertPlan = { table, conditions, shapes: chosen, keys, rows: options.rows, seed };
    const round = await insertUntil(session, plan, { wanted, tried });
    inserted += round.inserted;
    tried = round.tried;
    if (round.shortfall !== null) shortfalls.add(round.shortfall);
  }
  return { inserted, shortfall: shortfalls.size === 0 ? null : [...shortfalls].join('; ') };
}

/** A shape for each column that no foreign key gives; or, as text, why there is none. */
async function chooseShapes(
  session: Session,
  options: Parts & { readonly conditions: readonly RowCondition[] },
): Promise<ReadonlyMap<string, ValueShape | null> | string> {
  const { table, keys, conditions, rows, seed } = options;
  const given = new Set(keys.flatMap(({ key }) => key.columns));
  const shapes = new Map<string, ValueShape | null>();
  for (const column of table.columns) {
    if (column.source !== 'generate' || given.has(column.name)) continue;
    if (staysEmpty(table, column, options)) {
      shapes.set(column.name, null);
      continue;
    }
    const shape = await chooseShape(session, { table, column, conditions, rows, seed });
    if (shape === null && column.notNull) return noValues(column, conditions);
    shapes.set(column.name, shape);
  }
  return shapes;
}

/** Columns of a deferred key, and of one whose referenced table is empty, wait as NULL if they may. */
function staysEmpty(table: FillTable, column: FillColumn, { keys }: Parts): boolean {
  const isGiven = keys.some(({ key }) => key.columns.includes(column.name));
  return !isGiven && !column.notNull && table.foreignKeys.some((key) => key.columns.includes(column.name));
}

function noValues(column: FillColumn, conditions: readonly RowCondition[]): string {
  const own = conditions.filter(({ columns }) => columns.length === 1 && columns[0] === column.name);
  const name = `column ${quoteIdentifier(column.name)} (${column.type.sql})`;
  if (own.length === 0) return `no value is known for ${name}`;
  return `no value was found for ${name} that satisfies ${own.map((condition) => condition.name).join(' and ')}`;
}

interface Progress {
  readonly wanted: number;
  /** The first row number that was never tried. */
  readonly tried: number;
}

/** Sends candidates in rounds, more of them the more are refused, until there are enough or no more come through. */
async function insertUntil(
  session: Session,
  plan: InsertPlan,
  { wanted, tried }: Progress,
): Promise<InsertedRows & Progress> {
  let next = tried;
  let inserted = 0;
  let candidates = wanted;
  let barren = 0;
  for (let round = 0; round < mostRounds && inserted < wanted && barren < 3; round += 1) {
    const indexes = planTableIndexes({ ...plan, rows: Math.max(plan.rows, next + candidates) });
    const range = { from: next, to: next + candidates - 1, most: wanted - inserted };
    try {
      const { rowCount } = await session.query(insertStatement(plan, indexes, range));
      inserted += rowCount ?? 0;
      barren = (rowCount ?? 0) === 0 ? barren + 1 : 0;
    } catch (error) {
      return { inserted, wanted, tried: next + candidates, shortfall: refusal(error) };
    }
    next += candidates;
    const accepted = Math.max(inserted / (next - tried), 0.01);
    candidates = Math.min(mostCandidates, Math.max(100, Math.ceil(((wanted - inserted) / accepted) * 1.1)));
  }
  const shortfall = inserted >= wanted ? null : refusedCandidates(plan);
  return { inserted, wanted, tried: next, shortfall };
}

function refusal(error: unknown): string {
  const cause = asServerError(error);
  if (cause === null) throw error;
  return `the server refused the rows: ${cause.message}${cause.detail === undefined ? '' : ` (${cause.detail})`}`;
}

function refusedCandidates(plan: InsertPlan): string {
  const { table, conditions } = plan;
  const { mostRows } = planTableIndexes(plan);
  if (mostRows < plan.rows) return `its unique keys have room for ${mostRows} rows only`;
  const keys = table.uniqueKeys.map((key) => `unique key (${key.map(quoteIdentifier).join(', ')})`);
  const reasons = [...new Set([...conditions.map(({ name }) => name), ...keys])];
  if (reasons.length === 0) return `${qualifiedName(table.schema, table.name)} took no more candidates`;
  return `further candidates were refused by ${reasons.join(', ')}`;
}
