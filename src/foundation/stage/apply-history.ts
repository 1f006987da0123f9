import { ChangeSafetyError } from '../../model/change-safety-error.js';
import type { Migration } from '../../model/migration.js';
import type { StatementError } from '../../model/trace.js';
import { runScript } from '../steps/run-script.js';
import type { ScriptRun } from '../steps/script-run.js';
import type { Session } from '../postgres/session.js';
import { missingExtension } from './missing-extension.js';

export interface HistoryOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

export type HistoryResult = { readonly kind: 'applied' } | { readonly kind: 'inconclusive'; readonly reason: string };

/** Applies what production already has, unobserved. Ends early, without verdict, where the stage lacks an extension. */
export async function applyHistory(
  session: Session,
  history: readonly Migration[],
  options: HistoryOptions,
): Promise<HistoryResult> {
  // The stage is disposable: waiting for its disk would only cost time.
  await session.query('SET synchronous_commit = off');
  for (const [index, migration] of history.entries()) {
    options.onProgress(index, history.length);
    const run = await runScript(session, migration, {
      observer: null,
      insideTransaction: false,
      signal: options.signal,
      onProgress: () => undefined,
    });
    if (run.outcome.kind === 'applied') continue;
    const error = failureOf(run);
    const extension = error === null ? null : missingExtension(error);
    if (extension !== null) return { kind: 'inconclusive', reason: `extension ${extension} is not on the stage` };
    throw historyFailed(migration, error);
  }
  return { kind: 'applied' };
}

function failureOf(run: ScriptRun): StatementError | null {
  return run.statements.findLast((statement) => statement.error !== null)?.error ?? null;
}

function historyFailed(migration: Migration, error: StatementError | null): ChangeSafetyError {
  const where = error === null ? migration.path : `${error.path}:${error.line}:${error.column}`;
  return new ChangeSafetyError({
    code: 'stage-build-failed',
    message: `The stage could not be built: ${where}: ${error?.message ?? 'the migration left its transaction open'}${error === null ? '' : `\n${error.excerpt}`}`,
    remedy:
      'Migrations before the rehearsed ones must run on an empty database. Rehearse with --all, or start from --schema-from.',
    effect: 'none',
    sqlState: error?.code ?? null,
  });
}
