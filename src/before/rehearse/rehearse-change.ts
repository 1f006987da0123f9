import { observeSession } from '../../foundation/observers/observe-session.js';
import type { StatementObserver } from '../../foundation/observers/statement-observer.js';
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
import { undoRun } from './shared-transaction.js';

export interface RehearseOptions {
  readonly transactionScope: Project['transactionScope'];
  /** Requests per second, per touched table and operation; null runs without traffic. */
  readonly trafficPerSecond: number | null;
  readonly role: string | null;
  readonly signal: AbortSignal;
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
  const shared = options.transactionScope === 'run';
  if (shared) await session.query('BEGIN');
  const migrations: MigrationTrace[] = [];
  const inconclusive: string[] = [];
  for (const [index, migration] of change.entries()) {
    const trace = await rehearseMigration(stage, migration, { ...options, session, observer, shared });
    migrations.push(trace);
    if (trace.state.kind === 'applied') continue;
    const error = trace.statements.at(-1)?.error;
    const extension = error == null ? null : missingExtension(error);
    if (extension !== null) inconclusive.push(`extension ${extension} is not on the stage`);
    migrations.push(...change.slice(index + 1).map(traceNotRun));
    return { migrations: shared ? undoRun(migrations) : migrations, inconclusive, notes: [] };
  }
  if (shared) await session.query('COMMIT');
  return { migrations, inconclusive, notes: [] };
}

interface Rehearsing extends RehearseOptions {
  readonly session: Session;
  readonly observer: StatementObserver;
  readonly shared: boolean;
}

async function rehearseMigration(stage: Stage, migration: Migration, options: Rehearsing): Promise<MigrationTrace> {
  await using around = await surround(stage, migration, options.trafficPerSecond);
  const run: ScriptRun = await runScript(options.session, migration, {
    observer: around.watching(options.observer),
    insideTransaction: options.shared,
    signal: options.signal,
    onProgress: options.onProgress,
  });
  return traceOfMigration(migration, run, await around.finish(run));
}
