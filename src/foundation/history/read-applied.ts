import type { Project } from '../../model/migration.js';
import { readOnly } from '../postgres/read-only.js';
import type { Session } from '../postgres/session.js';
import { openProjectState, type ProjectStateOptions } from '../project/project-state.js';
import { qualifiedName, quoteIdentifier } from '../sql/quote-identifier.js';
import { type AppliedHistory, assembleHistory } from './applied-history.js';
import { findStateTable } from './find-state-table.js';
import { readStateRows, stateReadLimits } from './read-state-rows.js';

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
  const { found, rows } = await readOnly(session, stateReadLimits, async () => {
    const table = await findStateTable(session, state);
    return { found: table, rows: table === null ? [] : await readStateRows(session, table, state) };
  });
  const { schema, name } = state.table;
  return assembleHistory(project.migrations, state.interpret(rows), {
    tool: state.tool,
    table: found === null ? null : qualifiedName(found.schema, found.name),
    wantedTable: schema === null ? quoteIdentifier(name) : qualifiedName(schema, name),
    gapConduct: state.gaps,
  });
}
