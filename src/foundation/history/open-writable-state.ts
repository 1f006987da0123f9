import { ChangeSafetyError } from '../../model/change-safety-error.js';
import type { Migration, Project } from '../../model/migration.js';
import { readOnly } from '../postgres/read-only.js';
import type { Session } from '../postgres/session.js';
import { openProjectState, type ProjectState, type ProjectStateOptions } from '../project/project-state.js';
import type { AppliedMigration, ParameterizedSql, QualifiedTable, ToolLock } from '../project/state-writing.js';
import { findStateTable } from './find-state-table.js';
import { readStateRows, stateReadLimits } from './read-state-rows.js';

/** A tool's table in one database, as it was a moment ago, and the SQL that writes it as the tool would. Sends nothing. */
export interface WritableState {
  /** The tool's name, for people. */
  readonly tool: string;
  readonly table: QualifiedTable;
  /** Makes the table; empty when it is there. Run it in one transaction, holding the lock. */
  readonly create: readonly ParameterizedSql[];
  /** Why a migration's row cannot be written as the tool would; null when it can. */
  refuse(migration: Migration): string | null;
  /** In the transaction of the migration, after its last statement, or in one of their own. */
  recordApplied(applied: AppliedMigration): readonly ParameterizedSql[];
  recordReverted(migration: Migration): readonly ParameterizedSql[];
  /** What the tool takes before it works; null when it takes nothing. `holder` is written down by locks that are rows. */
  lock(holder: string): ToolLock | null;
}

interface Surroundings {
  readonly database: string;
  readonly currentSchema: string | null;
  readonly beganMs: number;
}

const surroundings = `SELECT pg_catalog.current_database()::pg_catalog.text AS database,
    pg_catalog.current_schema()::pg_catalog.text AS "currentSchema",
    pg_catalog.floor(pg_catalog.date_part('epoch', pg_catalog.now()) * 1000)::pg_catalog.float8 AS "beganMs"`;

const existence = `SELECT EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = $1) AS schema,
    EXISTS (SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = $2 AND c.relname = $3) AS "lockTable"`;

/**
 * Looks where a project's tool keeps its table, or would make it, and says how to write it. Nothing is written.
 * @throws ChangeSafetyError `usage` where the tool keeps no table, several could be it, or no schema could hold it;
 * `query-failed` where it cannot be read.
 */
export async function openWritableState(
  session: Session,
  project: Project,
  options: ProjectStateOptions,
): Promise<WritableState> {
  const state = await openProjectState(project, options);
  const reading = await readOnly(session, stateReadLimits, () => readSurroundings(session, state));
  const { table, found, rows, beganMs } = reading;
  const { writing, subject, settings } = state;
  const context = { table, columns: found?.columns ?? null, rows, beganMs, subject };
  return {
    tool: state.tool,
    table,
    create: found === null ? writing.createTable(reading.creation) : [],
    refuse: (migration) => writing.refuse?.(migration, context) ?? null,
    recordApplied: (applied) => writing.recordApplied(applied, context),
    recordReverted: (migration) => writing.recordReverted(migration, context),
    lock: (holder) => writing.lock({ ...reading, settings, holder }),
  };
}

async function readSurroundings(session: Session, state: ProjectState) {
  const found = await findStateTable(session, state);
  const rows = found === null ? [] : await readStateRows(session, found, state);
  const around = (await session.query(surroundings)).rows[0] as unknown as Surroundings;
  const table = found ?? placeFor(state, around.currentSchema);
  const lockTable = state.writing.lockTable?.(table, state.settings) ?? table;
  const existing = await session.query(existence, [table.schema, lockTable.schema, lockTable.name]);
  const { schema, lockTable: lockTableExists } = existing.rows[0] as { schema: boolean; lockTable: boolean };
  const creation = { table, schemaExists: schema, subject: state.subject };
  return { ...around, found, rows, table: { schema: table.schema, name: table.name }, creation, lockTableExists };
}

/** Where the tool would make its table: in the schema that is named, else in the first one of the search path. */
function placeFor({ table, tool }: ProjectState, currentSchema: string | null): QualifiedTable {
  const schema = table.schema ?? currentSchema;
  if (schema !== null) return { schema, name: table.name };
  throw new ChangeSafetyError({
    code: 'usage',
    message: `${tool} would make its table ${table.name} in the first schema of the search path, but there is none.`,
    remedy: `Set a search_path for the user, or name the table in lockkeeper.yaml: project.placeholders: { stateTable: schema.${table.name} }.`,
    effect: 'none',
  });
}
