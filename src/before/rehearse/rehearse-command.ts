import { openWalReader } from '../../foundation/observers/wal-records.js';
import { observeSessions } from '../../foundation/observers/observe-session.js';
import { runShellCommand, type ShellCommandResult } from '../../foundation/runtime/run-shell-command.js';
import { quoteIdentifier } from '../../foundation/sql/quote-identifier.js';
import { missingExtension } from '../../foundation/stage/missing-extension.js';
import type { Stage } from '../../foundation/stage/stage.js';
import { connectionVariables } from '../../foundation/tap/connection-variables.js';
import { openTap } from '../../foundation/tap/open-tap.js';
import type { TapOptions, TappedStatement, TappedTransactionEnd } from '../../foundation/tap/tap.js';
import type { MigrationState, MigrationTrace, StatementTrace } from '../../model/trace.js';
import type { ChangeRehearsal } from './rehearse-change.js';
import { chooseStageTables } from './stage-tables.js';
import { type Surround, surround } from './surroundings.js';
import { type TappedRun, timeTapped, traceTapped } from './tapped-trace.js';

export interface RehearseCommandOptions {
  /** As one would type it into a shell. */
  readonly command: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly role: string | null;
  /** Requests per second, per table and operation; null runs without traffic. */
  readonly trafficPerSecond: number | null;
  readonly signal: AbortSignal;
  readonly onStatement: (number: number, sql: string) => void;
  readonly onOutput: (text: string) => void;
}

/**
 * Runs a team's own migration command against the stage and observes what it does there, connection by connection. The
 * command finds the stage in DATABASE_URL and in libpq's PG* variables. Its exit code says whether the change failed.
 */
export async function rehearseCommand(stage: Stage, options: RehearseCommandOptions): Promise<ChangeRehearsal> {
  const { trafficPerSecond: requestsPerSecond } = options;
  const tables = requestsPerSecond === null ? null : await chooseStageTables(stage.tower.watch);
  const traffic = requestsPerSecond === null || tables === null ? null : { ...tables, requestsPerSecond };
  const wal = stage.maintenance === null || stage.tower.work === null ? null : await openWalReader(stage.maintenance);
  await using around = await surround(stage, { traffic, wal });
  await trackNewSessions(stage);
  await wal?.skip();
  const heard: Heard = { statements: [], transactionEnds: [] };
  const startedAt = performance.now();
  const { exitCode, errorOutput } = await runTapped(stage, options, { heard, around });
  // What the stage would say now is only that it is being torn down.
  options.signal.throwIfAborted();
  const run: TappedRun = { startedAt, ...inOrder(heard) };
  const outcome = { kind: exitCode === 0 ? 'applied' : 'partial' } as const;
  const endedAt = performance.now();
  const seen = await around.finish({ startedAt, endedAt, statements: timeTapped(run), outcome });
  const traces = traceTapped(run, options.command, seen);
  const migration: MigrationTrace = {
    id: 'command',
    path: options.command,
    transaction: { mode: 'none', reason: 'the command decides' },
    statements: traces,
    durationMs: endedAt - startedAt,
    commitMs: null,
    walRecords: seen.walRecords,
    claims: [],
    latencies: seen.latencies,
    state: stateAfter(exitCode, traces, seen.invalidIndexes),
    rerun: null,
  };
  const notes = [...(tables === null ? [] : [tables.note]), ...around.trafficNotes()];
  return {
    migrations: [migration],
    inconclusive: missing(traces),
    notes: [...notes, ...notesOn(exitCode, errorOutput, traces)],
  };
}

interface Heard {
  readonly statements: TappedStatement[];
  readonly transactionEnds: TappedTransactionEnd[];
}

/** Several sessions are told of as their statements end. */
function inOrder({ statements, transactionEnds }: Heard): Heard {
  return { statements: statements.toSorted((a, b) => a.startedAt - b.startedAt), transactionEnds };
}

async function runTapped(
  stage: Stage,
  options: RehearseCommandOptions,
  { heard, around }: { readonly heard: Heard; readonly around: Surround },
): Promise<ShellCommandResult> {
  const observe = await observeSessions(stage.tower);
  await using tap = await openTap({
    ...logInTo(stage, options.role),
    observe: async (session) => around.watching(await observe(session)),
    onStatement: (statement) => {
      heard.statements.push(statement);
      options.onStatement(heard.statements.length, statement.sql);
    },
    onTransactionEnd: (end) => heard.transactionEnds.push(end),
    onSessionEnd: () => undefined,
  });
  const user = options.role ?? stage.target.user;
  return await runShellCommand(options.command, {
    cwd: options.cwd,
    env: { ...options.env, ...connectionVariables(tap, { ...stage.target, user }) },
    signal: options.signal,
    onOutput: options.onOutput,
  });
}

/** The sessions of traffic and observers are open by now, or turn it off for themselves: their work is not counted. */
async function trackNewSessions({ tower, maintenance, target }: Stage): Promise<void> {
  if (tower.work === null || maintenance === null) return;
  await maintenance.query(`ALTER DATABASE ${quoteIdentifier(target.database)} SET pg_stat_statements.track = 'top'`);
}

/** A server of our own lets a role in under its name; one that was brought may ask for a password, which only its user has. */
function logInTo({ maintenance, target }: Stage, role: string | null): Pick<TapOptions, 'upstream' | 'role'> {
  if (role === null) return { upstream: target };
  return maintenance === null ? { upstream: target, role } : { upstream: { ...target, user: role } };
}

/** A command that failed may have committed some of its work; which, only its own tool can tell. */
function stateAfter(
  exitCode: number | null,
  traces: readonly StatementTrace[],
  invalidIndexes: readonly string[],
): MigrationState {
  if (exitCode === 0) return { kind: 'applied' };
  const applied = traces.filter((trace) => trace.error === null).length;
  return { kind: 'partial', appliedStatements: applied, invalidIndexes };
}

function missing(traces: readonly StatementTrace[]): readonly string[] {
  const names = traces.flatMap((trace) => (trace.error === null ? [] : (missingExtension(trace.error) ?? [])));
  return [...new Set(names)].map((name) => `extension ${name} is not on the stage`);
}

function notesOn(exitCode: number | null, errorOutput: string, traces: readonly StatementTrace[]): readonly string[] {
  const notes: string[] = [];
  if (exitCode !== 0) {
    const last = errorOutput.trimEnd().split('\n').slice(-5).join('\n');
    notes.push(`The command ${exitCode === null ? 'was ended by a signal' : `exited with ${exitCode}`}: ${last}`);
  }
  if (traces.length === 0) {
    notes.push('The command sent no statement to the stage. Does it read DATABASE_URL, or PGHOST and its kin?');
  }
  return notes;
}
