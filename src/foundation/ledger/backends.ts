import type { BackendIdentity } from '../../model/ledger.js';
import type { Clock } from '../runtime/clock.js';
import type { Session } from '../postgres/session.js';

const startText = `pg_catalog.to_char(a.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

const own = `SELECT a.pid, ${startText} AS start FROM pg_catalog.pg_stat_activity a WHERE a.pid = pg_catalog.pg_backend_pid()`;

const living = `SELECT a.pid, ${startText} AS start FROM pg_catalog.pg_stat_activity a WHERE a.pid = ANY ($1)`;

/** The backend behind a session, as the server knows it: a pooler gives clients another number. */
export async function readOwnBackend(session: Session): Promise<BackendIdentity> {
  const [row] = (await session.query(own)).rows;
  return { pid: Number(row?.['pid']), backendStart: String(row?.['start']) };
}

/** Those of the given backends that still live. */
export async function livingBackends(
  session: Session,
  backends: readonly BackendIdentity[],
): Promise<readonly BackendIdentity[]> {
  if (backends.length === 0) return [];
  const { rows } = await session.query(living, [backends.map(({ pid }) => pid)]);
  const alive = new Set(rows.map((row) => `${String(row['pid'])} ${String(row['start'])}`));
  return backends.filter(({ pid, backendStart }) => alive.has(`${pid} ${backendStart}`));
}

const terminate = `SELECT pg_catalog.pg_terminate_backend(a.pid) FROM pg_catalog.pg_stat_activity a
  WHERE a.pid = $1 AND ${startText} = $2`;

const pollMs = 50;

/** Ends backends and waits until they are gone, so that what they held is free. Returns those that would not go. */
export async function endBackends(
  session: Session,
  backends: readonly BackendIdentity[],
  { clock, timeoutMs }: { readonly clock: Clock; readonly timeoutMs: number },
): Promise<readonly BackendIdentity[]> {
  for (const { pid, backendStart } of backends) await session.query(terminate, [pid, backendStart]);
  const deadline = clock.now() + timeoutMs;
  let left = await livingBackends(session, backends);
  while (left.length > 0 && clock.now() < deadline) {
    await clock.sleep(pollMs);
    left = await livingBackends(session, backends);
  }
  return left;
}
