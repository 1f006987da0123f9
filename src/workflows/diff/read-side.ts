import { readSnapshot } from '../../foundation/catalog/snapshot/read-snapshot.js';
import { findStateTable } from '../../foundation/history/find-state-table.js';
import { findToolTables } from '../../foundation/history/find-tool-tables.js';
import { connectToAny } from '../../foundation/postgres/connect-to-any.js';
import { parseConnectionString } from '../../foundation/postgres/connection-string.js';
import { connectionSources } from '../../foundation/postgres/connection/connection-sources.js';
import { readOnly } from '../../foundation/postgres/read-only.js';
import { requireKnownMajor } from '../../foundation/postgres/require-major.js';
import type { Session } from '../../foundation/postgres/session.js';
import { openProjectState } from '../../foundation/project/project-state.js';
import type { LoadedConfig } from '../../foundation/config/load-config.js';
import { readEnvironment } from '../../foundation/runtime/environment.js';
import { qualifiedName } from '../../foundation/sql/quote-identifier.js';
import { type DumpText, loadDump } from '../../foundation/stage/load-dump.js';
import { ChangeSafetyError } from '../../model/change-safety-error.js';
import type { SchemaSnapshot } from '../../model/schema-snapshot.js';
import { type BuiltStage, buildStage } from '../build-stage.js';
import type { OnProgress } from '../progress.js';
import type { SelectedMigrations } from '../select-migrations.js';

export interface SideOptions {
  readonly loaded: LoadedConfig;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
  /** Whether the tables that migration tools keep for themselves are looked for, to be left out. */
  readonly findsToolTables: boolean;
}

/** The schema of one side. */
export interface ReadSide {
  readonly snapshot: SchemaSnapshot;
  readonly version: string;
  /** `schema.name` of the tables that migration tools keep there for themselves. */
  readonly stateTables: readonly string[];
  readonly notes: readonly string[];
}

/** Whoever holds a lock on a table does not keep the reader waiting. */
const limits = { what: 'the schema', statementTimeoutMs: 60_000, lockTimeoutMs: 2_000 };

/** A database as it is, in one read-only transaction; with the tables that the tools of the given projects keep there. */
export async function readDatabaseSide(
  url: string,
  projects: readonly SelectedMigrations[],
  options: SideOptions,
): Promise<ReadSide> {
  const plan = parseConnectionString(url, connectionSources(readEnvironment(options.env)));
  await using session = await connectToAny(plan, { applicationName: 'lockkeeper diff' });
  const { version } = await requireKnownMajor(session);
  return await readOnly(session, limits, async () => ({
    snapshot: await readSnapshot(session),
    version,
    stateTables: options.findsToolTables ? await readStateTables(session, projects, options) : [],
    notes: [],
  }));
}

async function readStateTables(
  session: Session,
  projects: readonly SelectedMigrations[],
  { loaded, env }: SideOptions,
): Promise<readonly string[]> {
  const found = new Set(await findToolTables(session, env));
  for (const { project } of projects) {
    const state = await openProjectState(project, {
      placeholders: loaded.config.project.placeholders,
      variables: env,
    }).catch(keepsNone);
    const table = state === null ? null : await findStateTable(session, state);
    if (table !== null) found.add(qualifiedName(table.schema, table.name));
  }
  return [...found];
}

/** Plain SQL files come without a tool. */
function keepsNone(error: unknown): null {
  if (error instanceof ChangeSafetyError && error.code === 'usage') return null;
  throw error;
}

/** What a folder's migrations make of an empty database, on a server of our own. */
export async function readMigrationsSide(
  selected: SelectedMigrations,
  major: number,
  options: SideOptions,
): Promise<ReadSide> {
  const history = [...selected.history, ...selected.change];
  return await onStage({ selected: { ...selected, history, change: [] }, major, furnish: async () => [] }, options);
}

/** What a dump makes, on a server of our own. */
export async function readDumpSide(dump: DumpText, major: number, options: SideOptions): Promise<ReadSide> {
  const furnish = async (session: Session): Promise<readonly string[]> => {
    const roles = await loadDump(session, dump);
    return roles.length === 0 ? [] : [`Made for ${dump.file}, without rights: the roles ${roles.join(', ')}.`];
  };
  return await onStage({ selected: null, major, furnish }, options);
}

interface StageContent {
  readonly selected: SelectedMigrations | null;
  readonly major: number;
  /** Makes what no migration makes, and returns what is to be said of it. */
  readonly furnish: (session: Session) => Promise<readonly string[]>;
}

async function onStage(
  { selected, major, furnish }: StageContent,
  { loaded, env, signal, onProgress, findsToolTables }: SideOptions,
): Promise<ReadSide> {
  const stage = { ...loaded.config.stage, major, data: null, schemaFrom: null };
  const config = { ...loaded.config, stage };
  const request = { url: null, standby: false, rows: null, role: null };
  await using built = await buildStage({ config, env, request, selected, signal, onProgress });
  refuseIncomplete(built);
  await using session = await built.stage.connect('diff');
  const notes = await furnish(session);
  const snapshot = await readSnapshot(session);
  // Migrations make what they say; a dump may hold what a tool made beside them.
  const stateTables = selected === null && findsToolTables ? await findToolTables(session, env) : [];
  return { snapshot, version: built.stage.server.version, stateTables, notes: [...built.notes, ...notes] };
}

function refuseIncomplete({ inconclusive }: BuiltStage): void {
  if (inconclusive.length === 0) return;
  throw new ChangeSafetyError({
    code: 'stage-build-failed',
    message: `The migrations could not be replayed: ${inconclusive.join('; ')}.`,
    remedy: 'Bring a server that has what is missing: --server-bin.',
    effect: 'none',
  });
}
