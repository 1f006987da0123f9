import { findingsOf } from '../before/rehearse/findings.js';
import { rehearseChange, type ChangeRehearsal } from '../before/rehearse/rehearse-change.js';
import type { LoadedConfig } from '../foundation/config/load-config.js';
import { digestStructure } from '../foundation/catalog/snapshot/digest-structure.js';
import { readSnapshot } from '../foundation/catalog/snapshot/read-snapshot.js';
import { changeDigest, digest } from '../foundation/records/digest.js';
import { redactSecrets } from '../foundation/records/redact-secrets.js';
import { writeRecord } from '../foundation/records/write-record.js';
import { loadParser } from '../foundation/sql/parse.js';
import { parseAhead } from '../foundation/sql/parser.js';
import type { Stage } from '../foundation/stage/stage.js';
import { explainStageFailure, refuseFullDisk } from '../foundation/stage/stage-failure.js';
import type { RehearsedStructure, Rehearsal, RehearsalVerdict, StageFacts } from '../model/rehearsal.js';
import type { SchemaSnapshot } from '../model/schema-snapshot.js';
import type { TenantPlace } from '../model/target-settings.js';
import { type BuiltStage, buildStage } from './build-stage.js';
import { historySource } from './history-source.js';
import { chooseDatabase } from './named-database.js';
import { RehearsalPredictor } from './predict-rehearsal.js';
import type { RehearseRequest, RehearseResult } from './rehearse.js';
import { type SelectedMigrations, selectMigrations, shownPath } from './select-migrations.js';
import type { StartingServers } from './start-servers.js';
import { tool } from './tool-version.js';

export interface Beginning {
  readonly loaded: LoadedConfig;
  /** None when a database was brought. */
  readonly servers?: StartingServers;
}

/** Tries the change on the servers that are being started, and ends them. */
export async function rehearseOnStage(request: RehearseRequest, { loaded, servers }: Beginning): Promise<Rehearsal> {
  const startedAt = request.clock.date();
  const start = request.clock.now();
  const parserLoaded = loadParser();
  const selected = request.exec === null ? await select(request, loaded) : null;
  await parserLoaded;
  await parseAhead((selected?.change ?? []).flatMap(({ statements }) => statements.map(({ sql }) => sql)));
  const { env, signal, onProgress } = request;
  const tenant = chooseDatabase(loaded, request.database)?.tenant ?? null;
  const options = { config: loaded.config, env, request: request.stage, servers, selected, tenant, signal, onProgress };
  await using built = await buildStage(options);
  const before = await readStructure(built, request.signal);
  const run =
    built.inconclusive.length > 0
      ? nothingRun(built.inconclusive)
      : await explainStageFailure(built.stage, signal, () => runOn(built.stage, request, selected));
  // What was torn down in the middle is no finding, and leaves no record.
  request.signal.throwIfAborted();
  refuseFullDisk(built.stage, run.migrations);
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
    notes: [...(selected?.project.notes ?? []), ...(selected?.notes ?? []), ...built.notes, ...run.notes],
    changeDigest: selected === null ? digest('change', request.exec ?? '') : digestOf(selected, loaded),
    structure: before === null ? null : structureOf(before, { migrations: run.migrations, tenant }),
    startedAt: startedAt.toISOString(),
    durationMs: request.clock.now() - start,
  };
}

/** As the change will meet it; null where nothing will be run. */
async function readStructure(built: BuiltStage, signal: AbortSignal): Promise<SchemaSnapshot | null> {
  if (built.inconclusive.length > 0) return null;
  return await explainStageFailure(built.stage, signal, () => readSnapshot(built.stage.tower.watch));
}

interface Touching {
  readonly migrations: ChangeRehearsal['migrations'];
  readonly tenant: TenantPlace | null;
}

function structureOf(before: SchemaSnapshot, { migrations, tenant }: Touching): RehearsedStructure {
  const locks = migrations.flatMap(({ statements }) => statements.flatMap((statement) => statement.locks));
  const touched = locks.filter(({ created, relation }) => created === undefined && !isOfServer(relation));
  const relations = [...new Set(touched.map(({ relation }) => relation))];
  return digestStructure(before, { relations, tenant, ignoredSchemas: [], ignoredRelations: [] });
}

function isOfServer(relation: string): boolean {
  return /^(?:pg_catalog|pg_toast|information_schema)\./.test(relation);
}

function projectOf(request: RehearseRequest, selected: SelectedMigrations | null): Rehearsal['project'] {
  if (selected === null) return { format: 'command', path: request.exec ?? '' };
  return { format: selected.project.format, path: shownPath(request.cwd, selected.project.dir) };
}

async function select(request: RehearseRequest, loaded: LoadedConfig): Promise<SelectedMigrations> {
  const { format, dir, placeholders } = loaded.config.project;
  const { cwd, env, onProgress } = request;
  const database = chooseDatabase(loaded, request.database);
  const source =
    database === null ? null : historySource(database, { env, verb: 'rehearse', placeholders, onProgress });
  return selectMigrations({ cwd, dir, format, placeholders }, request.selection, source);
}

async function runOn(
  stage: Stage,
  request: RehearseRequest,
  selected: SelectedMigrations | null,
): Promise<ChangeRehearsal> {
  const { trafficPerSecond, signal, onProgress } = request;
  if (selected === null) return runCommandOn(stage, request);
  const predictor = new RehearsalPredictor(stage, selected.project, selected.change);
  const run = await rehearseChange(stage, selected.change, {
    transactionScope: selected.project.transactionScope,
    trafficPerSecond,
    role: request.stage.role,
    twice: request.twice ?? false,
    signal,
    beforeMigration: predictor.beforeMigration,
    onProgress: ({ path, statementNumber, statementCount, sql }) =>
      onProgress({ kind: 'statement', path, number: statementNumber, count: statementCount, sql }),
  });
  const migrations = predictor.compare(selected.change, run.migrations);
  return { ...run, migrations, notes: [...run.notes, ...predictor.notes] };
}

async function runCommandOn(stage: Stage, request: RehearseRequest): Promise<ChangeRehearsal> {
  const { rehearseCommand } = await import('../before/rehearse/rehearse-command.js');
  const { cwd, env, signal, onProgress } = request;
  const command = request.exec ?? '';
  return rehearseCommand(stage, {
    command,
    cwd,
    env,
    signal,
    role: request.stage.role,
    trafficPerSecond: request.trafficPerSecond,
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

/** Writes down what was seen, without the secrets of the configuration. */
export async function recordRehearsal(seen: Rehearsal, { config, secrets }: LoadedConfig): Promise<RehearseResult> {
  const rehearsal = redactSecrets(seen, secrets);
  const { path } = await writeRecord(config.evidence.dir, {
    tool,
    createdAt: rehearsal.startedAt,
    kind: 'rehearsal',
    body: rehearsal,
  });
  return { rehearsal, recordPath: path };
}
