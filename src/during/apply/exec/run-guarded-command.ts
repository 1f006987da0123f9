import type { ConnectionTarget } from '../../../foundation/postgres/connection-target.js';
import type { Lease } from '../../../foundation/ledger/lease.js';
import type { Session } from '../../../foundation/postgres/session.js';
import { ResourceStack } from '../../../foundation/runtime/resource-stack.js';
import { runShellCommand, type ShellCommandResult } from '../../../foundation/runtime/run-shell-command.js';
import { openTap } from '../../../foundation/tap/open-tap.js';
import { connectionVariables } from '../../../foundation/tap/connection-variables.js';
import type { TappedStatement } from '../../../foundation/tap/tap.js';
import { WatchSession } from '../execute/watch-session.js';
import type { WatchOptions } from '../execute/watchdog.js';
import type { ApplyLimits } from '../plan/apply-limits.js';
import { type GuardedStatement, guardSession } from './guard-session.js';

export interface GuardedCommandOptions {
  /** As one would type it into a shell. */
  readonly command: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly target: ConnectionTarget;
  readonly role: string | null;
  readonly major: number;
  readonly limits: ApplyLimits;
  readonly connect: (applicationName: string) => Promise<Session>;
  readonly replicas: readonly Session[];
  readonly lease: Lease;
  readonly context: WatchOptions['context'];
  readonly onOutput: (text: string) => void;
}

export interface GuardedCommand extends ShellCommandResult {
  /** In the order of their beginning. */
  readonly statements: readonly TappedStatement[];
  readonly guarded: readonly GuardedStatement[];
}

/** An idle transaction of the command may hold locks for so long; the server ends it then, whatever became of us. */
const shortestIdleMs = 10_000;
const connectionCheckMs = 200;

/**
 * Runs the team's own command with its connections led through a tap: every statement gets the limits and the watchdog,
 * and the command decides what a cancelled one means. It finds the database in DATABASE_URL and in libpq's variables.
 */
export async function runGuardedCommand(options: GuardedCommandOptions): Promise<GuardedCommand> {
  const { command, cwd, env, target, role, major, limits, connect, replicas, lease, context, onOutput } = options;
  const statements: TappedStatement[] = [];
  const guarded: GuardedStatement[] = [];
  await using watches = new ResourceStack();
  await using tap = await openTap({
    upstream: { ...target, options: sessionOptions(target, limits) },
    role,
    observe: (session) =>
      guardSession(session, {
        connectWatch: async () => watches.use(await WatchSession.open({ connect, lease })),
        replicas,
        major,
        limits,
        context,
        onGuarded: (one) => guarded.push(one),
      }),
    onStatement: (statement) => statements.push(statement),
    onTransactionEnd: () => undefined,
    onSessionEnd: () => undefined,
  });
  const ended = await runShellCommand(command, {
    cwd,
    env: { ...env, ...connectionVariables(tap, target) },
    signal: context.signal,
    onOutput,
  });
  return { ...ended, statements: statements.toSorted((a, b) => a.startedAt - b.startedAt), guarded };
}

/** In the startup packet: RESET ALL and DISCARD ALL lead back to them. */
function sessionOptions({ options = '' }: ConnectionTarget, { short }: ApplyLimits): string {
  const idleMs = Math.max(shortestIdleMs, short.holdLimitMs);
  const settings = [
    `idle_in_transaction_session_timeout=${idleMs}`,
    `client_connection_check_interval=${connectionCheckMs}`,
  ];
  return [options, ...settings.map((setting) => `-c ${setting}`)].join(' ').trim();
}
