import type { Session } from '../../foundation/postgres/session.js';
import type { Clock } from '../../foundation/runtime/clock.js';
import { ChangeSafetyError } from '../../model/change-safety-error.js';

/** Somebody else in the database. */
export interface OtherSession {
  readonly pid: number;
  readonly user: string;
  readonly applicationName: string;
}

/** Who may not see what a backend is sees no type; the server's own processes have no user. */
const othersSql = `SELECT a.pid, coalesce(a.usename, '?') AS usename, coalesce(a.application_name, '') AS name
  FROM pg_catalog.pg_stat_activity a
  WHERE a.datname = pg_catalog.current_database() AND a.pid <> pg_catalog.pg_backend_pid() AND a.usesysid IS NOT NULL
    AND coalesce(a.backend_type, 'client backend') IN ('client backend', 'walsender') ORDER BY a.pid`;

export async function readOtherSessions(session: Session): Promise<readonly OtherSession[]> {
  const { rows } = await session.query(othersSql);
  return rows.map((row) => ({
    pid: Number(row['pid']),
    user: String(row['usename']),
    applicationName: String(row['name']),
  }));
}

const patienceMs = 10_000;
const pollMs = 100;

/**
 * Ends the given sessions and waits until they are gone. @throws ChangeSafetyError `restore-refused` when one stays: then
 * some may have been ended. The server's refusal of the right to do so comes as it is.
 */
export async function disconnectOthers(session: Session, others: readonly OtherSession[], clock: Clock): Promise<void> {
  const pids = others.map(({ pid }) => pid);
  await session.query('SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.unnest($1::int4[]) AS pid', [pids]);
  const left = await waitUntilGone(session, (other) => pids.includes(other.pid), clock);
  if (left.length > 0) throw stillConnected(left);
}

/** Waits for sessions to be gone, for a while; returns those that are not. */
export async function waitUntilGone(
  session: Session,
  isMeant: (other: OtherSession) => boolean,
  clock: Clock,
): Promise<readonly OtherSession[]> {
  const giveUpAt = clock.now() + patienceMs;
  while (true) {
    const left = (await readOtherSessions(session)).filter(isMeant);
    if (left.length === 0 || clock.now() > giveUpAt) return left;
    await clock.sleep(pollMs);
  }
}

export function refuseWhileConnected(others: readonly OtherSession[]): ChangeSafetyError {
  return new ChangeSafetyError({
    code: 'restore-refused',
    message: `${others.length === 1 ? 'Another session is' : `${others.length} other sessions are`} connected: ${inWords(others)}.`,
    remedy: 'Stop the application first, or end its sessions with --force-disconnect.',
    effect: 'none',
  });
}

function stillConnected(left: readonly OtherSession[]): ChangeSafetyError {
  return new ChangeSafetyError({
    code: 'restore-refused',
    message: `Some sessions could not be ended: ${inWords(left)}.`,
    remedy: 'Stop what they belong to; nothing was restored.',
    effect: 'none',
  });
}

function inWords(others: readonly OtherSession[]): string {
  const named = others.slice(0, 5).map(({ pid, user, applicationName }) => {
    return `${user}${applicationName === '' ? '' : ` (${applicationName})`}, pid ${pid}`;
  });
  return others.length > named.length ? `${named.join('; ')}; …` : named.join('; ');
}
