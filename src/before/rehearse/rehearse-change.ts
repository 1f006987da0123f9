import { observeSession } from '../../foundation/observers/observe-session.js';
import type { StatementObserver } from '../../foundation/observers/statement-observer.js';
import { openWalReader, type WalReader } from '../../foundation/observers/wal-records.js';
import { asObserved } from '../../foundation/steps/observed-by-runner.js';
import { runScript } from '../../foundation/steps/run-script.js';
import type { RunProgress, ScriptRun } from '../../foundation/steps/script-run.js';
import { missingExtension } from '../../foundation/stage/missing-extension.js';
import type { Stage } from '../../foundation/stage/stage.js';
import type { Session } from '../../foundation/postgres/session.js';
import type { Migration, Project } from '../../model/migration.js';
import type { MigrationTrace } from '../../model/trace.js';
import { traceNotRun, traceOfMigration } from './migration-trace.js';
import { surround } from './surroundings.js';
import { touchedRelations } from './touched-relations.js';
import { runAgain } from './rerun.js';
import { undoRun } from './shared-transaction.js';

export interface RehearseOptions {
  readonly transactionScope: Project['transactionScope'];
  /** Requests per second, per touched table and operation; null runs without traffic. */
  readonly trafficPerSecond: number | null;
  readonly role: string | null;
  /** Run each migration once more, right after it was applied. */
  readonly twice: boolean;
  readonly signal: AbortSignal;
  /** Called before a migration runs, while nothing of it has begun. */
  readonly beforeMigration?: (migration: Migration) => Promise<void>;
  readonly onProgress: (progress: RunProgress) => void;
}

export interface ChangeRehearsal {
  readonly migrations: readonly MigrationTrace[];
  /** What the stage lacks, so that the rest could not be tried. */
  readonly inconclusive: readonly string[];
  readonly notes: readonly string[];
}

/** Runs a change on a stage under observers, up to its first failure. The parser must be loaded. */
export async function rehearseChange(
  stage: Stage,
  change: readonly Migration[],
  options: RehearseOptions,
): Promise<ChangeRehearsal> {
  await using session = await stage.connectObserved(options.role);
  const observer = await observeSession(stage.tower, asObserved(session));
  // The extensions that count statements and read the WAL come together.
  const wal = stage.maintenance === null || stage.tower.work === null ? null : await openWalReader(stage.maintenance);
  const shared = options.transactionScope === 'run';
  if (shared) await session.query('BEGIN');
  const migrations: MigrationTrace[] = [];
  const inconclusive: string[] = [];
  const notes = new Set<string>();
  for (const [index, migration] of change.entries()) {
    const { trace, trafficNotes } = await rehearseMigration(stage, migration, {
      ...options,
      session,
      observer,
      wal,
      shared,
    });
    migrations.push(trace);
    for (const note of trafficNotes) notes.add(note);
    if (trace.state.kind === 'applied') continue;
    const error = trace.statements.at(-1)?.error;
    const extension = error == null ? null : missingExtension(error);
    if (extension !== null) inconclusive.push(`extension ${extension} is not on the stage`);
    migrations.push(...change.slice(index + 1).map(traceNotRun));
    return { migrations: shared ? undoRun(migrations) : migrations, inconclusive, notes: [...notes] };
  }
  if (shared) await session.query('COMMIT');
  return { migrations, inconclusive, notes: [...notes] };
}

interface Rehearsing extends RehearseOptions {
  readonly session: Session;
  readonly observer: StatementObserver;
  readonly wal: WalReader | null;
  readonly shared: boolean;
}

interface RehearsedMigration {
  readonly trace: MigrationTrace;
  readonly trafficNotes: readonly string[];
}

async function rehearseMigration(stage: Stage, migration: Migration, options: Rehearsing): Promise<RehearsedMigration> {
  const { trafficPerSecond: requestsPerSecond, wal } = options;
  const traffic =
    requestsPerSecond === null
      ? null
      : { relations: await touchedRelations(stage.tower.watch, migration), requestsPerSecond };
  await options.beforeMigration?.(migration);
  await using around = await surround(stage, { traffic, wal });
  const run: ScriptRun = await runScript(options.session, migration, {
    observer: around.watching(options.observer),
    insideTransaction: options.shared,
    signal: options.signal,
    onProgress: options.onProgress,
  });
  const trace = traceOfMigration(migration, run, await around.finish(run));
  const again = options.twice && !options.shared && trace.state.kind === 'applied';
  const rerun = again ? await runAgain(options.session, migration, options.signal) : null;
  return { trace: { ...trace, rerun }, trafficNotes: around.trafficNotes() };
}
