import type { Session } from '../foundation/postgres/session.js';
import { readEnvironment } from '../foundation/runtime/environment.js';
import { applyHistory } from '../foundation/stage/apply-history.js';
import { createMissingRoles } from '../foundation/stage/create-roles.js';
import { fillRows } from '../foundation/stage/fill-rows.js';
import { loadData } from '../foundation/stage/load-data.js';
import { prepareRole } from '../foundation/stage/prepare-role.js';
import { makeTenantSchema } from '../foundation/stage/prepare-tenant.js';
import { loadSchemaFrom } from '../foundation/stage/schema-from.js';
import { ChangeSafetyError } from '../model/change-safety-error.js';
import type { StageFacts } from '../model/rehearsal.js';
import type { BuildStageOptions, StageFurniture } from './build-stage.js';

/** Brings an open stage to where production is. The session is a superuser's, in the database of the change. */
export async function furnishStage(
  session: Session,
  roles: readonly string[],
  options: BuildStageOptions,
): Promise<StageFurniture> {
  const rolesCreated = [...(await createMissingRoles(session, roles))];
  const { schemaFrom } = options.config.stage;
  if (schemaFrom !== null) {
    options.onProgress({ kind: 'phase', text: 'Reading the schema that the stage starts from' });
    rolesCreated.push(...(await loadSchemaFrom(session, schemaFrom, options)));
  }
  if (options.tenant != null) await makeTenantSchema(session, options.tenant);
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
    historyMigrations: history.length,
    historyMs,
    data,
    schemaFrom: schemaFrom !== null,
    rolesCreated,
    notes,
    inconclusive,
  };
}

const noData = { data: 'none', notes: [] } as const;

async function loadRows(
  session: Session,
  { config, env, request, selected, signal, onProgress }: BuildStageOptions,
): Promise<{ readonly data: StageFacts['data']; readonly notes: readonly string[] }> {
  const { data, schemaFrom } = config.stage;
  const hasHistory = schemaFrom !== null || (selected?.history.length ?? 0) > 0;
  const notes: string[] = [];
  if (data !== null) {
    onProgress({ kind: 'phase', text: `Loading ${data}` });
    const loading = loadData(session, data, { environment: readEnvironment(env), signal });
    const { skipped } = await (hasHistory ? loading : loading.catch(explainEmptyStage));
    notes.push(...skipped.map((relation) => `${relation} is in ${data} but not on the stage`));
  }
  if (request.rows === null) return { data: data === null ? 'none' : 'file', notes };
  onProgress({ kind: 'phase', text: `Filling tables with ${request.rows} rows each` });
  const tables = await fillRows(session, { rowsPerTable: request.rows, schemas: null });
  const short = tables.filter((table) => table.shortfall !== null);
  notes.push(...short.map((table) => `${table.relation} has fewer rows: ${table.shortfall}`));
  return { data: 'filled', notes };
}

/** Rows need tables: where every migration is tried, none stands before the first. */
function explainEmptyStage(cause: unknown): never {
  if (!(cause instanceof ChangeSafetyError) || cause.code !== 'stage-build-failed') throw cause;
  const { code, message, effect, sqlState } = cause;
  const remedy =
    'No migration comes before those that are tried, so the data finds no tables: say with --pending N or --from ID which are tried, or give --schema-from.';
  throw new ChangeSafetyError({ code, message, remedy, effect, sqlState, cause });
}
