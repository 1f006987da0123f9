import type { Session } from '../../../../foundation/postgres/session.js';
import { quoteIdentifier } from '../../../../foundation/sql/quote-identifier.js';
import { attempt, type SampledTable, type TextRow, updateStatement } from '../../../../foundation/stage/sample-rows.js';
import type { DatabaseState } from '../read-state.js';
import { type StandingTable, standingTable } from './touched-tables.js';

/** What was written, by the names from before the change: it is to be there when the change is taken back. */
export interface WrittenRow {
  readonly relation: string;
  readonly kind: 'row' | 'update';
  /** Values as the changed table took them, of columns that mean the same on both sides. */
  readonly values: TextRow;
}

/** Writes into the changed tables what those from before it take. What they refuse now is left out. Inside a transaction. */
export async function writeRows(
  session: Session,
  sampled: readonly SampledTable[],
  { before, after }: { readonly before: DatabaseState; readonly after: DatabaseState },
): Promise<readonly WrittenRow[]> {
  const written: WrittenRow[] = [];
  for (const table of sampled) {
    const standing = standingTable(table.relation, before, after);
    if (standing === null) continue;
    for (const row of table.rows) {
      const values = await attempt(session, () => insertRow(session, standing, row));
      if (values !== null) written.push({ relation: table.relation, kind: 'row', values });
    }
    const values = table.update === null ? null : await updateRow(session, standing, table);
    if (values !== null) written.push({ relation: table.relation, kind: 'update', values });
  }
  return written;
}

async function insertRow(session: Session, { after, columns }: StandingTable, row: TextRow): Promise<TextRow> {
  const given = columns.filter((column) => column.before in row);
  const names = given.map((column) => quoteIdentifier(column.after)).join(', ');
  const same = given.filter(({ sameType }) => sameType);
  const back = same.map((column) => `${quoteIdentifier(column.after)}::pg_catalog.text`).join(', ');
  const { rows } = await session.query(
    `INSERT INTO ${after} (${names}) OVERRIDING SYSTEM VALUE VALUES (${given.map((_, at) => `$${at + 1}`).join(', ')})
     RETURNING ARRAY[${back}]::pg_catalog.text[] AS "values"`,
    given.map((column) => row[column.before] ?? null),
  );
  const values = (rows[0]?.['values'] ?? []) as readonly (string | null)[];
  // A trigger that lets no row in.
  if (rows.length === 0) throw new Error('the row was not taken');
  return Object.fromEntries(same.map((column, at) => [column.before, values[at] ?? null]));
}

/** Null where the row, its key or the column is not what it was. */
async function updateRow(
  session: Session,
  { after, columns }: StandingTable,
  { update }: SampledTable,
): Promise<TextRow | null> {
  if (update === null) return null;
  const later = new Map(columns.filter(({ sameType }) => sameType).map((column) => [column.before, column.after]));
  const names = Object.keys(update.key);
  const column = later.get(update.column);
  if (column === undefined || !names.every((name) => later.has(name))) return null;
  const key = Object.fromEntries(names.map((name) => [later.get(name) ?? name, update.key[name] ?? null]));
  const done = await attempt(session, () => session.query(...updateStatement(after, { ...update, key, column })));
  return done?.rowCount === 1 ? { ...update.key, [update.column]: String(done.rows[0]?.['value']) } : null;
}

/** Which of the written rows are not there, a line for each table. */
export async function findLost(session: Session, written: readonly WrittenRow[]): Promise<readonly string[]> {
  const lost = new Map<string, number>();
  for (const row of written) {
    if (await isThere(session, row)) continue;
    const what = `${row.relation}\0${row.kind}`;
    lost.set(what, (lost.get(what) ?? 0) + 1);
  }
  return [...lost].map(([what, count]) => {
    const [relation = '', kind] = what.split('\0');
    return kind === 'row'
      ? `${relation}: ${count === 1 ? '1 row' : `${count} rows`} written after the change ${count === 1 ? 'is' : 'are'} lost`
      : `${relation}: an update made after the change is lost`;
  });
}

async function isThere(session: Session, { relation, values }: WrittenRow): Promise<boolean> {
  const names = Object.keys(values);
  const where = names.map((name, at) => `${quoteIdentifier(name)}::pg_catalog.text IS NOT DISTINCT FROM $${at + 1}`);
  const found = await session.query(
    `SELECT FROM ${relation} WHERE ${['true', ...where].join(' AND ')} LIMIT 1`,
    names.map((name) => values[name] ?? null),
  );
  return found.rows.length > 0;
}
