import type { Config } from '../foundation/config/config.js';
import { readEnvironment } from '../foundation/runtime/environment.js';
import { assemble, type ResourceStack } from '../foundation/runtime/resource-stack.js';
import { lookWhereTenantLooks } from '../foundation/stage/prepare-tenant.js';
import { namedRoles } from '../foundation/stage/create-roles.js';
import { openStageOn } from '../foundation/stage/open-embedded-stage.js';
import type { Stage } from '../foundation/stage/stage.js';
import { explainStageFailure } from '../foundation/stage/stage-failure.js';
import type { StageFacts } from '../model/rehearsal.js';
import type { TenantPlace } from '../model/target-settings.js';
import type { OnProgress } from './progress.js';
import type { SelectedMigrations } from './select-migrations.js';
import { type StartingServers, startServers } from './start-servers.js';

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
  /** Those that are on their way already; without them the stage starts its own. */
  readonly servers?: StartingServers;
  /** Null when a team's own command builds everything. */
  readonly selected: SelectedMigrations | null;
  /** The tenant for whom the change is tried; null or missing: nobody's. */
  readonly tenant?: TenantPlace | null;
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
}

/** How the stage was brought to where production is. */
export interface StageFurniture {
  readonly historyMigrations: number;
  readonly historyMs: number;
  readonly data: StageFacts['data'];
  readonly schemaFrom: boolean;
  readonly rolesCreated: readonly string[];
  readonly notes: readonly string[];
  /** What the stage lacks, so that the change cannot be tried on it. */
  readonly inconclusive: readonly string[];
}

export interface BuiltStage extends StageFurniture, AsyncDisposable {
  readonly stage: Stage;
}

const bare: StageFurniture = {
  historyMigrations: 0,
  historyMs: 0,
  data: 'none',
  schemaFrom: false,
  rolesCreated: [],
  notes: [],
  inconclusive: [],
};

/** Opens a stage and brings it to where production is: roles, schema, history, data. */
export async function buildStage(options: BuildStageOptions): Promise<BuiltStage> {
  return assemble(async (parts) => {
    const stage = parts.use(await openStage(options, parts));
    parts.use(interruptOn(options.signal, stage));
    const furniture = await explainStageFailure(stage, options.signal, () => furnish(stage, options));
    return { stage, ...furniture, [Symbol.asyncDispose]: () => parts[Symbol.asyncDispose]() };
  });
}

async function furnish(stage: Stage, options: BuildStageOptions): Promise<StageFurniture> {
  const { config, request, selected, tenant = null } = options;
  const roles = wantedRoles(options);
  const hasHistory = selected !== null && selected.history.length > 0;
  const hasData = config.stage.data !== null || request.rows !== null;
  const isBare = roles.length === 0 && config.stage.schemaFrom === null && !hasHistory && !hasData;
  if (isBare && tenant === null) return bare;
  const { furnishStage } = await import('./furnish-stage.js');
  if (tenant !== null) {
    await using opening = await stage.connect('stage builder');
    await lookWhereTenantLooks(opening, tenant);
  }
  await using session = await stage.connect('stage builder');
  return await furnishStage(session, roles, options);
}

/** Nobody waits for a statement that runs for hours when the user has asked to stop. */
function interruptOn(signal: AbortSignal, stage: Stage): AsyncDisposable {
  // What fails while everything is torn down is told by those who wait for it.
  const interrupt = (): void => void stage.interrupt().catch(() => undefined);
  signal.addEventListener('abort', interrupt, { once: true });
  return { [Symbol.asyncDispose]: async () => signal.removeEventListener('abort', interrupt) };
}

async function openStage(options: BuildStageOptions, parts: ResourceStack): Promise<Stage> {
  const { config, env, request } = options;
  if (request.url !== null) {
    const { openStageUrl } = await import('../foundation/stage/open-stage-url.js');
    return openStageUrl(request.url, readEnvironment(env));
  }
  const servers = options.servers ?? parts.use(startServers(config, { ...options, stage: request }));
  return openStageOn(await servers.ready);
}

/** The configured roles, the one that runs the change, and those that the migrations name. */
function wantedRoles({ config, request, selected }: BuildStageOptions): readonly string[] {
  const named = selected === null ? [] : namedRoles([...selected.history, ...selected.change]);
  return [...config.stage.roles, ...(request.role === null ? [] : [request.role]), ...named];
}
