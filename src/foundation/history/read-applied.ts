import type { Project } from '../../model/migration.js';
import { readOnly } from '../postgres/read-only.js';
import type { Session } from '../postgres/session.js';
import { openProjectState, type ProjectState, type ProjectStateOptions } from '../project/project-state.js';
import type { StateRow } from '../project/state-table.js';
import { qualifiedName, quoteIdentifier } from '../sql/quote-identifier.js';
import { type AppliedHistory, assembleHistory } from './applied-history.js';
import { findStateTable, type FoundTable } from './find-state-table.js';

const limits = { what: "the migration tool's table", statementTimeoutMs: 10_000, lockTimeoutMs: 2_000 };

/**
 * Reads from a database which of a project's migrations are applied. Nothing is written, and a table that is not there
 * is not made. @throws ChangeSafetyError `usage` where the tool keeps no table or several could be it, `query-failed`
 * where it cannot be read.
 */
export async function readApplied(
  session: Session,
  project: Project,
  options: ProjectStateOptions,
): Promise<AppliedHistory> {
  const state = await openProjectState(project, options);
  const { found, rows } = await readOnly(session, limits, async () => {
    const table = await findStateTable(session, state);
    return { found: table, rows: table === null ? [] : await readRows(session, table, state) };
  });
  const { schema, name } = state.table;
  return assembleHistory(project.migrations, state.interpret(rows), {
    tool: state.tool,
    table: found === null ? null : qualifiedName(found.schema, found.name),
    wantedTable: schema === null ? quoteIdentifier(name) : qualifiedName(schema, name),
    gapConduct: state.gaps,
  });
}

async function readRows(
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
