import type { Config } from '../foundation/config/config.js';
import { embeddedMajor } from '../foundation/postgres/server/embedded-versions.js';
import type { Session } from '../foundation/postgres/session.js';
import { readEnvironment } from '../foundation/runtime/environment.js';
import { assemble } from '../foundation/runtime/resource-stack.js';
import { applyHistory } from '../foundation/stage/apply-history.js';
import { createMissingRoles, namedRoles } from '../foundation/stage/create-roles.js';
import { fillRows } from '../foundation/stage/fill-rows.js';
import { loadData } from '../foundation/stage/load-data.js';
import { openEmbeddedStage } from '../foundation/stage/open-embedded-stage.js';
import { openStageUrl } from '../foundation/stage/open-stage-url.js';
import { prepareRole } from '../foundation/stage/prepare-role.js';
import { loadSchemaFrom } from '../foundation/stage/schema-from.js';
import type { Stage } from '../foundation/stage/stage.js';
import type { StageFacts } from '../model/rehearsal.js';
import type { OnProgress } from './progress.js';
import type { SelectedMigrations } from './select-migrations.js';

export interface StageRequest {
  /** A database that calls itself disposable, instead of a server of our own. */
  readonly url: string | null;
  readonly standby: boolean;
  /** Every table gets this many rows, unless it has them already; null leaves tables as they are. */
  readonly rows: number | null;
  /** The change runs with this role's rights; null runs it as the superuser. */
  readonly role: string | null;
}

export interface BuildStageOptions {
  readonly config: Config;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly request: StageRequest;
  /** Null when a team's own command builds everything. */
  readonly selected: SelectedMigrations | null;
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
}

export interface BuiltStage extends AsyncDisposable {
  readonly stage: Stage;
  readonly historyMigrations: number;
  readonly historyMs: number;
  readonly data: StageFacts['data'];
  readonly schemaFrom: boolean;
  readonly rolesCreated: readonly string[];
  readonly notes: readonly string[];
  /** What the stage lacks, so that the change cannot be tried on it. */
  readonly inconclusive: readonly string[];
}

/** Opens a stage and brings it to where production is: roles, schema, history, data. */
export async function buildStage(options: BuildStageOptions): Promise<BuiltStage> {
  return assemble(async (parts) => {
    const stage = parts.use(await openStage(options));
    parts.use(interruptOn(options.signal, stage));
    // Closing the session at the end of this function would wait; the stage closes with all that is on it.
    const session = parts.use(await stage.connect('stage builder'));
    const rolesCreated = [...(await createRoles(session, options))];
    const { schemaFrom } = options.config.stage;
    if (schemaFrom !== null) {
      options.onProgress({ kind: 'phase', text: 'Reading the schema that the stage starts from' });
      rolesCreated.push(...(await loadSchemaFrom(session, schemaFrom, options)));
    }
    const startedAt = performance.now();
    const history = schemaFrom === null ? (options.selected?.history ?? []) : [];
    const applied = await applyHistory(session, history, {
      signal: options.signal,
      onProgress: (done, total) => options.onProgress({ kind: 'history', done, total }),
    });
    const historyMs = performance.now() - startedAt;
    const inconclusive = applied.kind === 'applied' ? [] : [applied.reason];
    const { data, notes } = inconclusive.length > 0 ? noData : await loadRows(session, options);
    if (options.request.role !== null) await prepareRole(session, options.request.role);
    return {
      stage,
      historyMigrations: history.length,
      historyMs,
      data,
      schemaFrom: schemaFrom !== null,
      rolesCreated,
      notes,
      inconclusive,
      [Symbol.asyncDispose]: () => parts[Symbol.asyncDispose](),
    };
  });
}

/** Nobody waits for a statement that runs for hours when the user has asked to stop. */
function interruptOn(signal: AbortSignal, stage: Stage): AsyncDisposable {
  // What fails while everything is torn down is told by those who wait for it.
  const interrupt = (): void => void stage.interrupt().catch(() => undefined);
  signal.addEventListener('abort', interrupt, { once: true });
  return { [Symbol.asyncDispose]: async () => signal.removeEventListener('abort', interrupt) };
}

function openStage({ config, env, request, signal, onProgress }: BuildStageOptions): Promise<Stage> {
  if (request.url !== null) return openStageUrl(request.url);
  return openEmbeddedStage({
    major: embeddedMajor(config.stage.major),
    serverBin: config.stage.serverBin,
    environment: readEnvironment(env),
    standby: request.standby,
    signal,
    onProgress: (text) => onProgress({ kind: 'phase', text }),
  });
}

/** The configured roles, the one that runs the change, and those that the migrations name. */
function createRoles(session: Session, { config, request, selected }: BuildStageOptions): Promise<readonly string[]> {
  const named = selected === null ? [] : namedRoles([...selected.history, ...selected.change]);
  return createMissingRoles(session, [
    ...config.stage.roles,
    ...(request.role === null ? [] : [request.role]),
    ...named,
  ]);
}

const noData = { data: 'none', notes: [] } as const;

async function loadRows(
  session: Session,
  { config, env, request, signal, onProgress }: BuildStageOptions,
): Promise<{ readonly data: StageFacts['data']; readonly notes: readonly string[] }> {
  const { data } = config.stage;
  const notes: string[] = [];
  if (data !== null) {
    onProgress({ kind: 'phase', text: `Loading ${data}` });
    const { skipped } = await loadData(session, data, { environment: readEnvironment(env), signal });
    notes.push(...skipped.map((relation) => `${relation} is in ${data} but not on the stage`));
  }
  if (request.rows === null) return { data: data === null ? 'none' : 'file', notes };
  onProgress({ kind: 'phase', text: `Filling tables with ${request.rows} rows each` });
  const tables = await fillRows(session, { rowsPerTable: request.rows, schemas: null });
  const short = tables.filter((table) => table.shortfall !== null);
  notes.push(...short.map((table) => `${table.relation} has fewer rows: ${table.shortfall}`));
  return { data: 'filled', notes };
}
