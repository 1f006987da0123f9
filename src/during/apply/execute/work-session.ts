import { endBackends } from '../../../foundation/ledger/backends.js';
import type { Lease } from '../../../foundation/ledger/lease.js';
import { answerInTime } from '../../../foundation/postgres/answer-in-time.js';
import type { Session } from '../../../foundation/postgres/session.js';
import type { BackendIdentity } from '../../../model/ledger.js';
import { sendStatement } from '../../../foundation/steps/run-statement.js';
import type { PlanStep } from '../../../model/apply-plan.js';
import type { ApplyContext } from './apply-context.js';

/** A session that works for a run, noted in the lease before it does anything. */
export interface WorkSession {
  readonly session: Session;
  readonly backend: BackendIdentity;
}

/** How long an ended backend gets to go, in milliseconds. */
const longestEndMs = 30_000;

/**
 * Opens it, in the place of one whose connection was lost: that one's backend is ended first. Null when it does not end.
 * Driver's errors pass.
 */
export async function openWorkSession(
  { connect, lease, runId, clock }: Pick<ApplyContext, 'connect' | 'lease' | 'runId' | 'clock'>,
  before: BackendIdentity | null,
): Promise<WorkSession | null> {
  const session = await connect(`lockkeeper apply ${runId.slice(0, 8)}`);
  cutWhenLost(session, lease);
  try {
    // It may hold the lease's row, which is to be written next.
    const ending = { clock, timeoutMs: longestEndMs };
    const ended = (): ReturnType<typeof endBackends> => endBackends(session, before === null ? [] : [before], ending);
    const left = await answerInTime(session, 2 * longestEndMs, ended);
    if (left.length === 0) return { session, backend: await lease.registerBackend(session) };
  } catch (cause) {
    await session[Symbol.asyncDispose]();
    throw cause;
  }
  await session[Symbol.asyncDispose]();
  return null;
}

/** For cancelling what is under way; whoever takes the lease over ends what is left. */
const graceMs = 2_000;

/** A runner without its lease does nothing any more, and waits for no answer. */
export function cutWhenLost(session: Session, { lost }: Pick<Lease, 'lost'>): void {
  const cut = (): void => {
    setTimeout(() => session.cut(), graceMs).unref();
  };
  if (lost.aborted) cut();
  else lost.addEventListener('abort', cut, { once: true });
}

/** How soon the server notices that the runner is gone: its backend would hold its locks until the statement ends. */
const freshSql = `RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL;
  SET client_connection_check_interval = '200ms'; SET idle_session_timeout = 0;
  SELECT pg_catalog.set_config('transaction_timeout', '0', false)
    WHERE pg_catalog.current_setting('server_version_num')::pg_catalog.int4 >= 170000`;

/** Takes back what an earlier step set for the session: a step does the same in a session that is new, as after a crash. */
export async function beginAfresh(session: Session): Promise<void> {
  await session.query(freshSql);
}

/** Temporary tables can be many. */
const longestDiscardMs = 60_000;

/**
 * Between migrations: temporary tables, prepared statements, cursors and session locks of the last one are gone, as they
 * are where a tool is run for each, and after a crash. A broken connection shows at the next step.
 */
export async function leaveMigration({ session }: WorkSession): Promise<void> {
  await answerInTime(session, longestDiscardMs, () => session.query('DISCARD ALL')).catch(() => undefined);
}

/** What the migration set for its session before this step, for a session that has not seen it. */
export async function replaySettings(session: Session, { settings }: PlanStep): Promise<void> {
  for (const statement of settings) await sendStatement(session, statement);
}
