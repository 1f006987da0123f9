import type { Session } from '../postgres/session.js';
import type { ProjectState } from '../project/project-state.js';
import type { StateRow } from '../project/state-table.js';
import { qualifiedName, quoteIdentifier } from '../sql/quote-identifier.js';
import type { FoundTable } from './find-state-table.js';

export const stateReadLimits = {
  what: "the migration tool's table",
  statementTimeoutMs: 10_000,
  lockTimeoutMs: 2_000,
} as const;

/** The rows as text, in the order in which they were written. Inside the caller's transaction. */
export async function readStateRows(
  session: Session,
  { schema, name, columns }: FoundTable,
  { columns: wanted, laterColumns = [], orderBy }: ProjectState,
): Promise<readonly StateRow[]> {
  await session.query('SET LOCAL bytea_output = hex');
  const present = [...wanted, ...laterColumns.filter((column) => columns.includes(column))].map(quoteIdentifier);
  const texts = present.map((column) => `t.${column}::pg_catalog.text AS ${column}`).join(', ');
  const order = orderBy.map((column) => `t.${quoteIdentifier(column)}`).join(', ');
  const { rows } = await session.query(`SELECT ${texts} FROM ${qualifiedName(schema, name)} t ORDER BY ${order}`);
  return rows as readonly StateRow[];
}
