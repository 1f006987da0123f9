import { ChangeSafetyError } from '../../model/change-safety-error.js';
import type { BackendIdentity } from '../../model/ledger.js';
import { asServerError } from '../postgres/server-error.js';
import type { Clock } from '../runtime/clock.js';
import type { Session } from '../postgres/session.js';

const startText = `pg_catalog.to_char(a.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

const own = `SELECT a.pid, ${startText} AS start FROM pg_catalog.pg_stat_activity a WHERE a.pid = pg_catalog.pg_backend_pid()`;

const byNumber = `SELECT a.pid, ${startText} AS start FROM pg_catalog.pg_stat_activity a WHERE a.pid = $1`;

const living = `SELECT a.pid, ${startText} AS start, a.application_name LIKE 'lockkeeper%' AS ours FROM pg_catalog.pg_stat_activity a WHERE a.pid = ANY ($1)`;

/** The backend behind a session, as the server knows it: a pooler gives clients another number. */
export async function readOwnBackend(session: Session): Promise<BackendIdentity> {
  const [row] = (await session.query(own)).rows;
  return { pid: Number(row?.['pid']), backendStart: String(row?.['start']) };
}

/** A backend by its number, as whoever looks may see it; its beginning is empty where that is hidden. */
export async function readBackend(session: Session, pid: number): Promise<BackendIdentity> {
  const [row] = (await session.query(byNumber, [pid])).rows;
  const start = row?.['start'];
  return { pid, backendStart: typeof start === 'string' ? start : '' };
}

/**
 * Those of the given backends that still live. The server hides from a role that may not see all when another one's
 * session began: one of ours under that number then counts as living.
 */
export async function livingBackends(
  session: Session,
  backends: readonly BackendIdentity[],
): Promise<readonly BackendIdentity[]> {
  if (backends.length === 0) return [];
  const { rows } = await session.query(living, [backends.map(({ pid }) => pid)]);
  const starts = new Map(rows.map((row) => [Number(row['pid']), row['start'] ?? (row['ours'] === true ? null : '')]));
  return backends.filter(({ pid, backendStart }) => {
    const start = starts.get(pid);
    return start === null || start === backendStart;
  });
}

const silence = `SELECT pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() - a.state_change) * 1000 AS ms
  FROM pg_catalog.pg_stat_activity a WHERE a.pid = $1 AND ${startText} = $2`;

/** Milliseconds since a backend was last asked something or answered; null when it is gone, 0 where nobody can tell. */
export async function silenceOf(session: Session, { pid, backendStart }: BackendIdentity): Promise<number | null> {
  const [row] = (await session.query(silence, [pid, backendStart])).rows;
  return row === undefined ? null : Number(row['ms'] ?? 0);
}

const terminate = `SELECT pg_catalog.pg_terminate_backend(a.pid) FROM pg_catalog.pg_stat_activity a
  WHERE a.pid = $1 AND coalesce(${startText}, $2) = $2`;

const pollMs = 50;

async function terminateBackend(session: Session, { pid, backendStart }: BackendIdentity): Promise<void> {
  await session.query(terminate, [pid, backendStart]).catch((cause: unknown) => {
    const refused = asServerError(cause);
    if (refused?.code !== '42501') throw cause;
    throw new ChangeSafetyError({
      code: 'apply-refused',
      message: `The backend ${pid} of another runner may not be ended by this user: ${refused.message}`,
      remedy: 'Connect as the user whose run it is, or as a member of pg_signal_backend.',
      effect: 'none',
      sqlState: refused.code,
      cause,
    });
  });
}

/** Ends backends and waits until they are gone, so that what they held is free. Returns those that would not go. */
export async function endBackends(
  session: Session,
  backends: readonly BackendIdentity[],
  { clock, timeoutMs }: { readonly clock: Clock; readonly timeoutMs: number },
): Promise<readonly BackendIdentity[]> {
  for (const one of await livingBackends(session, backends)) await terminateBackend(session, one);
  const deadline = clock.now() + timeoutMs;
  let left = await livingBackends(session, backends);
  while (left.length > 0 && clock.now() < deadline) {
    await clock.sleep(pollMs);
    left = await livingBackends(session, backends);
  }
  return left;
}
