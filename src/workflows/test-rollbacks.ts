import { availableParallelism } from 'node:os';
import { type GenerateOptions, generateRollback } from '../back/rollback/generate-rollback.js';
import type { KeepLimits } from '../back/rollback/keep/keep-schema.js';
import { openProofDatabase } from '../back/rollback/prove/proof-database.js';
import { type ChainOptions, type ChainProof, proveChain } from '../back/rollback/prove/prove-chain.js';
import { applicationTests } from '../back/rollback/prove/run-application-tests.js';
import type { ChangeSeen, GeneratedRollback, WayBack } from '../back/rollback/prove/way-back.js';
import type { LoadedConfig } from '../foundation/config/load-config.js';
import { changeDigest } from '../foundation/records/digest.js';
import { redactSecrets } from '../foundation/records/redact-secrets.js';
import { writeRecord } from '../foundation/records/write-record.js';
import { ResourceStack } from '../foundation/runtime/resource-stack.js';
import { loadParser } from '../foundation/sql/parse.js';
import { parseAhead } from '../foundation/sql/parser.js';
import { explainStageFailure } from '../foundation/stage/stage-failure.js';
import type { Migration } from '../model/migration.js';
import { type ProofVerdict, proofVerdicts, type RollbackProof } from '../model/rollback-proof.js';
import type { DeclaredNoRollback } from '../model/rollback-story.js';
import type { TestedRollbacks, TestReport } from '../model/test-report.js';
import { type BuiltStage, buildStage } from './build-stage.js';
import { historySource } from './history-source.js';
import { chooseDatabase } from './named-database.js';
import { loadConfigOf, type TrialRequest } from './project-request.js';
import { readKeepLimits } from './rollback/keep-limits.js';
import { readDeclarations } from './rollback/read-declarations.js';
import { type SelectedMigrations, selectMigrations, shownPath } from './select-migrations.js';
import { tool } from './tool-version.js';

export interface TestRequest extends TrialRequest {
  /** A database that calls itself disposable, instead of servers of our own. */
  readonly stageUrl: string | null;
  readonly rollbacks: TestedRollbacks;
  /** Who writes the generated ones, where somebody wants to see them made. */
  readonly generate?: (change: ChangeSeen, options: GenerateOptions) => GeneratedRollback;
  /** Days for which rows are kept that a rollback is to put back; else as the configuration says. */
  readonly keepDays?: number;
  /** Whether it is tried that rows survive which are written between up and down; not, unless it is said. */
  readonly writes?: boolean;
  /** A declared lack of a way back is a fault. */
  readonly requireRollbacks?: boolean;
  /** Whether what is declared to have no way back is tried all the same; not, unless it is said. */
  readonly triesDeclared?: boolean;
  /** Every table gets this many rows before a migration is tried; null leaves tables as the chain makes them. */
  readonly rowsPerTable: number | null;
  /** The application's own tests, run after up, after down and after up again. */
  readonly command: string | null;
  /** For everything that is run to prove one migration. */
  readonly timeLimitMs: number;
  readonly failFast: boolean;
  /** Whether the result is written to the evidence folder; not, unless it is said. */
  readonly record?: boolean;
}

/** A server of its own for fewer migrations than this takes longer than it saves. */
const migrationsPerServer = 6;
const mostServers = 4;

/**
 * Applies each migration of a chain, takes it back and applies it again, and compares schema and rows. A rollback that
 * falls short is a result; a stage that cannot be built throws ChangeSafetyError. No database but the stage is written to.
 */
export async function testRollbacks(request: TestRequest): Promise<TestReport> {
  const startedAt = request.clock.date();
  const start = request.clock.now();
  const loaded = await loadConfigOf(request);
  const limits = readKeepLimits(loaded.config.policy.limits, request.keepDays ?? null);
  const [selected] = await Promise.all([select(request, loaded), loadParser()]);
  const { change, project } = selected;
  const declared = request.triesDeclared === true ? null : await readDeclarations(change, project.dir);
  await parseAhead(statementsOf(change));
  await using stages = new ResourceStack();
  const built = await buildStages({ request, loaded, selected, stages });
  const [first] = built as readonly [BuiltStage, ...BuiltStage[]];
  const proof =
    first.inconclusive.length > 0 ? nothingTried(first) : await prove(built, change, { request, limits, declared });
  request.signal.throwIfAborted();
  const { placeholders } = loaded.config.project;
  const report: TestReport = {
    kind: 'test',
    version: 1,
    tool,
    server: first.stage.server,
    project: { format: selected.project.format, path: shownPath(request.cwd, selected.project.dir) },
    rollbacks: request.rollbacks,
    rowsPerTable: request.rowsPerTable,
    requireRollbacks: request.requireRollbacks ?? false,
    historyMigrations: first.historyMigrations,
    migrations: proof.proofs,
    totals: totalsOf(proof.proofs),
    inconclusive: proof.inconclusive,
    notes: [...selected.project.notes, ...selected.notes, ...first.notes, ...proof.notes],
    changeDigest: changeDigest(selected.change, { transactionScope: selected.project.transactionScope, placeholders }),
    startedAt: startedAt.toISOString(),
    durationMs: request.clock.now() - start,
  };
  const written = redactSecrets(report, loaded.secrets);
  if (request.record === true) await recordTest(written, loaded);
  return written;
}

/** So that a gate can tell that the ways back of a change were tried. */
async function recordTest(report: TestReport, { config }: LoadedConfig): Promise<void> {
  await writeRecord(config.evidence.dir, {
    tool,
    createdAt: report.startedAt,
    kind: 'test',
    body: report,
  });
}

function select(request: TestRequest, loaded: LoadedConfig): Promise<SelectedMigrations> {
  const { format, dir, placeholders } = loaded.config.project;
  const { cwd, env, onProgress } = request;
  const database = chooseDatabase(loaded, request.database);
  const source = database === null ? null : historySource(database, { env, verb: 'test', placeholders, onProgress });
  return selectMigrations({ cwd, dir, format, placeholders }, request.selection, source);
}

function statementsOf(migrations: readonly Migration[]): readonly string[] {
  return migrations
    .flatMap(({ statements, down }) => [...statements, ...(down?.statements ?? [])])
    .map(({ sql }) => sql);
}

interface Building {
  readonly request: TestRequest;
  readonly loaded: LoadedConfig;
  readonly selected: SelectedMigrations;
  readonly stages: ResourceStack;
}

/** A server for each core: roles and their kin, which a server has only once, then stand in nobody's way. */
async function buildStages({ request, loaded, selected, stages }: Building): Promise<readonly BuiltStage[]> {
  const { env, signal, onProgress, stageUrl: url } = request;
  const wanted = Math.ceil(selected.change.length / migrationsPerServer);
  const count = url === null ? Math.max(1, Math.min(wanted, availableParallelism(), mostServers)) : 1;
  const stage = { url, standby: false, rows: null, role: null };
  const tenant = chooseDatabase(loaded, request.database)?.tenant ?? null;
  const options = { config: loaded.config, env, request: stage, selected, tenant, signal };
  const building = Array.from({ length: count }, async (_, number) =>
    stages.use(await buildStage({ ...options, onProgress: number === 0 ? onProgress : () => undefined })),
  );
  const settled = await Promise.allSettled(building);
  return settled.map((one) => {
    if (one.status === 'rejected') throw one.reason;
    return one.value;
  });
}

interface Proving {
  readonly request: TestRequest;
  readonly limits: KeepLimits;
  /** Null where what is declared is tried all the same. */
  readonly declared: ReadonlyMap<Migration, DeclaredNoRollback> | null;
}

async function prove(
  built: readonly BuiltStage[],
  change: readonly Migration[],
  { request, limits, declared }: Proving,
): Promise<ChainProof> {
  const { cwd, env, signal, command, rowsPerTable, timeLimitMs, failFast, onProgress } = request;
  const onOutput = (text: string) => onProgress({ kind: 'output', text });
  const options: ChainOptions = {
    ways: (migration) => waysBack(migration, request, { limits, declared: declared?.get(migration) ?? null }),
    timeLimitMs,
    rowsPerTable,
    checkApplication: command === null ? null : applicationTests({ command, cwd, env, signal, onOutput }),
    failFast,
    requireRollbacks: request.requireRollbacks ?? false,
    integrity: true,
    writes: request.writes ?? false,
    signal,
    onProof: (done) => onProgress({ kind: 'proof', done, total: change.length }),
  };
  const [first] = built as readonly [BuiltStage, ...BuiltStage[]];
  return explainStageFailure(first.stage, signal, async () => {
    const databases = await Promise.all(built.map(({ stage }) => openProofDatabase(stage)));
    return proveChain(databases, change, options);
  });
}

/** Where both are wanted, a rollback that nobody wrote is not missed: the generated one stands for it. */
function waysBack(
  { down }: Migration,
  { rollbacks, generate = generateRollback }: Pick<TestRequest, 'rollbacks' | 'generate'>,
  { limits, declared }: { readonly limits: KeepLimits; readonly declared: DeclaredNoRollback | null },
): readonly WayBack[] {
  if (declared !== null) return [{ origin: 'written', script: down, declared }];
  const written: WayBack = {
    origin: 'written',
    script: down,
    keeping: (change) => generateRollback(change, { keepsEmpty: true, limits }),
  };
  const generated: WayBack = { origin: 'generated', generate: (change) => generate(change, { limits }) };
  if (rollbacks === 'written') return [written];
  return rollbacks === 'generated' || down === null ? [generated] : [written, generated];
}

function nothingTried({ inconclusive }: BuiltStage): ChainProof {
  return { proofs: [], inconclusive, notes: [] };
}

function totalsOf(proofs: readonly RollbackProof[]): TestReport['totals'] {
  const counts = proofVerdicts.map((verdict) => [verdict, proofs.filter((proof) => proof.verdict === verdict).length]);
  return Object.fromEntries(counts) as Readonly<Record<ProofVerdict, number>>;
}
