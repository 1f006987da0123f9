import { findingsOf } from '../before/rehearse/findings.js';
import { rehearseChange, type ChangeRehearsal } from '../before/rehearse/rehearse-change.js';
import { rehearseCommand } from '../before/rehearse/rehearse-command.js';
import type { ConfigFlags } from '../foundation/config/resolve-config.js';
import { loadConfig, type LoadedConfig } from '../foundation/config/load-config.js';
import { canonicalJson } from '../foundation/records/canonical-json.js';
import { changeDigest, digest } from '../foundation/records/digest.js';
import { redactSecrets } from '../foundation/records/redact-secrets.js';
import { writeRecord } from '../foundation/records/write-record.js';
import type { Clock } from '../foundation/runtime/clock.js';
import { loadParser } from '../foundation/sql/parse.js';
import type { Stage } from '../foundation/stage/stage.js';
import type { Rehearsal, RehearsalVerdict, StageFacts } from '../model/rehearsal.js';
import { type BuiltStage, buildStage, type StageRequest } from './build-stage.js';
import type { OnProgress } from './progress.js';
import { type MigrationSelection, type SelectedMigrations, selectMigrations, shownPath } from './select-migrations.js';
import { tool } from './tool-version.js';

export interface RehearseRequest {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
  readonly configPath?: string;
  /** What beats the configuration file and the environment. */
  readonly flags?: ConfigFlags;
  readonly selection: MigrationSelection;
  readonly stage: StageRequest;
  /** Requests per second on each touched table; null runs without traffic. */
  readonly trafficPerSecond: number | null;
  /** A command that runs the team's own tool against the stage, instead of the project's SQL. */
  readonly exec: string | null;
}

export interface RehearseResult {
  readonly rehearsal: Rehearsal;
  /** Absolute path of the record that was written. */
  readonly recordPath: string;
}

/**
 * Tries a change on a disposable server under observers and records what was seen. A change that fails is a result; a
 * stage that cannot be built throws ChangeSafetyError. No database but the stage is written to.
 */
export async function rehearse(request: RehearseRequest): Promise<RehearseResult> {
  const loaded = await readConfig(request);
  const rehearsal = await rehearseOnStage(request, loaded);
  // Only now that the stage is gone: syncing a record would first write the stage's own dirty pages to disk.
  return record(redactSecrets(rehearsal, loaded.secrets), loaded);
}

async function rehearseOnStage(request: RehearseRequest, loaded: LoadedConfig): Promise<Rehearsal> {
  const startedAt = request.clock.date();
  const start = request.clock.now();
  const parserLoaded = loadParser();
  const selected = request.exec === null ? await select(request, loaded) : null;
  await parserLoaded;
  const { env, signal, onProgress } = request;
  const options = { config: loaded.config, env, request: request.stage, selected, signal, onProgress };
  await using built = await buildStage(options);
  const run =
    built.inconclusive.length > 0 ? nothingRun(built.inconclusive) : await runOn(built.stage, request, selected);
  // What was torn down in the middle is no finding, and leaves no record.
  request.signal.throwIfAborted();
  return {
    kind: 'rehearsal',
    version: 1,
    tool,
    server: built.stage.server,
    stage: stageFacts(built, request),
    project: projectOf(request, selected),
    verdict: verdictOf(run),
    inconclusive: run.inconclusive,
    migrations: run.migrations,
    findings: findingsOf(run.migrations),
    notes: [...(selected?.project.notes ?? []), ...built.notes, ...run.notes],
    changeDigest: selected === null ? digest('change', request.exec ?? '') : digestOf(selected, loaded),
    startedAt: startedAt.toISOString(),
    durationMs: request.clock.now() - start,
  };
}

function readConfig({ cwd, env, configPath, flags }: RehearseRequest): Promise<LoadedConfig> {
  return loadConfig({
    cwd,
    env,
    ...(configPath === undefined ? {} : { path: configPath }),
    ...(flags === undefined ? {} : { flags }),
  });
}

function projectOf(request: RehearseRequest, selected: SelectedMigrations | null): Rehearsal['project'] {
  if (selected === null) return { format: 'command', path: request.exec ?? '' };
  return { format: selected.project.format, path: shownPath(request.cwd, selected.project.dir) };
}

function select(request: RehearseRequest, { config }: LoadedConfig): Promise<SelectedMigrations> {
  const { format, dir, placeholders } = config.project;
  return selectMigrations({ cwd: request.cwd, dir, format, placeholders }, request.selection);
}

async function runOn(
  stage: Stage,
  request: RehearseRequest,
  selected: SelectedMigrations | null,
): Promise<ChangeRehearsal> {
  const { trafficPerSecond, signal, onProgress } = request;
  if (selected === null) return runCommandOn(stage, request);
  return rehearseChange(stage, selected.change, {
    transactionScope: selected.project.transactionScope,
    trafficPerSecond,
    role: request.stage.role,
    signal,
    onProgress: ({ path, statementNumber, statementCount, sql }) =>
      onProgress({ kind: 'statement', path, number: statementNumber, count: statementCount, sql }),
  });
}

function runCommandOn(stage: Stage, request: RehearseRequest): Promise<ChangeRehearsal> {
  const { cwd, env, signal, onProgress } = request;
  const command = request.exec ?? '';
  return rehearseCommand(stage, {
    command,
    cwd,
    env,
    signal,
    role: request.stage.role,
    onStatement: (number, sql) => onProgress({ kind: 'statement', path: command, number, count: number, sql }),
    onOutput: (text) => onProgress({ kind: 'output', text }),
  });
}

function nothingRun(inconclusive: readonly string[]): ChangeRehearsal {
  return { migrations: [], inconclusive, notes: [] };
}

function verdictOf(run: ChangeRehearsal): RehearsalVerdict {
  if (run.inconclusive.length > 0) return 'inconclusive';
  return run.migrations.every((migration) => migration.state.kind === 'applied') ? 'passed' : 'failed';
}

function stageFacts(built: BuiltStage, request: RehearseRequest): StageFacts {
  return {
    historyMigrations: built.historyMigrations,
    historyMs: built.historyMs,
    data: built.data,
    rowsPerTable: request.stage.rows,
    schemaFrom: built.schemaFrom,
    role: request.stage.role,
    rolesCreated: built.rolesCreated,
    standby: built.stage.connectStandby !== null,
    trafficPerSecond: request.trafficPerSecond,
  };
}

function digestOf({ change, project }: SelectedMigrations, { config }: LoadedConfig): string {
  const { placeholders } = config.project;
  return changeDigest(change, { transactionScope: project.transactionScope, placeholders });
}

async function record(rehearsal: Rehearsal, { config }: LoadedConfig): Promise<RehearseResult> {
  const { path } = await writeRecord(config.evidence.dir, {
    tool,
    createdAt: rehearsal.startedAt,
    subject: { kind: 'rehearsal', digest: digest('record', canonicalJson(rehearsal)) },
    body: rehearsal,
  });
  return { rehearsal, recordPath: path };
}
