import { observeSession } from '../../foundation/observers/observe-session.js';
import type { ConnectionTarget } from '../../foundation/postgres/connection-target.js';
import { runShellCommand } from '../../foundation/runtime/run-shell-command.js';
import { quoteIdentifier } from '../../foundation/sql/quote-identifier.js';
import { missingExtension } from '../../foundation/stage/missing-extension.js';
import type { Stage } from '../../foundation/stage/stage.js';
import { openTap } from '../../foundation/tap/open-tap.js';
import type { Tap, TappedStatement, TappedTransactionEnd } from '../../foundation/tap/tap.js';
import type { MigrationState, MigrationTrace, StatementTrace } from '../../model/trace.js';
import type { ChangeRehearsal } from './rehearse-change.js';
import { traceTapped } from './tapped-trace.js';

export interface RehearseCommandOptions {
  /** As one would type it into a shell. */
  readonly command: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly role: string | null;
  readonly signal: AbortSignal;
  readonly onStatement: (number: number, sql: string) => void;
  readonly onOutput: (text: string) => void;
}

/**
 * Runs a team's own migration command against the stage and observes what it does there, connection by connection. The
 * command finds the stage in DATABASE_URL and in libpq's PG* variables. Its exit code says whether the change failed.
 */
export async function rehearseCommand(stage: Stage, options: RehearseCommandOptions): Promise<ChangeRehearsal> {
  const statements: TappedStatement[] = [];
  const transactionEnds: TappedTransactionEnd[] = [];
  const startedAt = performance.now();
  const { exitCode, errorOutput } = await runTapped(stage, options, { statements, transactionEnds });
  const traces = traceTapped({ startedAt, statements, transactionEnds }, options.command);
  const migration: MigrationTrace = {
    id: 'command',
    path: options.command,
    transaction: { mode: 'none', reason: 'the command decides' },
    statements: traces,
    durationMs: performance.now() - startedAt,
    commitMs: null,
    walRecords: [],
    claims: [],
    latencies: [],
    state: stateAfter(exitCode, traces),
  };
  return { migrations: [migration], inconclusive: missing(traces), notes: notesOn(exitCode, errorOutput, traces) };
}

interface Heard {
  readonly statements: TappedStatement[];
  readonly transactionEnds: TappedTransactionEnd[];
}

async function runTapped(stage: Stage, options: RehearseCommandOptions, heard: Heard) {
  if (stage.tower.work !== null && stage.maintenance !== null) {
    const database = quoteIdentifier(stage.target.database);
    await stage.maintenance.query(`ALTER DATABASE ${database} SET pg_stat_statements.track = 'top'`);
  }
  const upstream: ConnectionTarget = options.role === null ? stage.target : { ...stage.target, user: options.role };
  await using tap = await openTap({
    upstream,
    observe: (session) => observeSession(stage.tower, session),
    onStatement: (statement) => {
      heard.statements.push(statement);
      options.onStatement(heard.statements.length, statement.sql);
    },
    onTransactionEnd: (end) => heard.transactionEnds.push(end),
    onSessionEnd: () => undefined,
  });
  return await runShellCommand(options.command, {
    cwd: options.cwd,
    env: { ...options.env, ...connectionVariables(tap, upstream) },
    signal: options.signal,
    onOutput: options.onOutput,
  });
}

function connectionVariables(tap: Tap, { database, user }: ConnectionTarget): Readonly<Record<string, string>> {
  return {
    DATABASE_URL: tap.connectionString(database),
    PGHOST: tap.host,
    PGPORT: String(tap.port),
    PGUSER: user,
    PGPASSWORD: tap.password,
    PGDATABASE: database,
    PGSSLMODE: 'disable',
  };
}

/** A command that failed may have committed some of its work; which, only its own tool can tell. */
function stateAfter(exitCode: number | null, traces: readonly StatementTrace[]): MigrationState {
  if (exitCode === 0) return { kind: 'applied' };
  const applied = traces.filter((trace) => trace.error === null).length;
  return { kind: 'partial', appliedStatements: applied, invalidIndexes: [] };
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
