import type { LockMode } from '../../model/locks.js';
import type { Session } from '../postgres/session.js';
import type { LockSampler, SampledLock } from './lock-sampler.js';

/*
 * A concurrent index build on a small table is over in three milliseconds: too short for questions over a socket, not
 * for a loop inside the server, which looks every 20 to 50 µs at first. It notes each change of the set of locks, and
 * ends with the statement.
 */
const installLoop = `CREATE FUNCTION pg_temp.watch_locks(target int, since timestamptz) RETURNS jsonb LANGUAGE plpgsql AS $loop$
DECLARE
  started timestamptz := pg_catalog.clock_timestamp();
  history jsonb := '[]';
  held text;
  before text := '';
  over boolean;
  announced boolean := false;
BEGIN
  LOOP
    PERFORM pg_catalog.pg_stat_clear_snapshot();
    SELECT coalesce(pg_catalog.bool_and(a.state <> 'active' AND a.state_change IS DISTINCT FROM since), true)
      INTO over FROM pg_catalog.pg_stat_get_activity(target) a;
    SELECT coalesce(pg_catalog.string_agg(l.relation::text || ' ' || l.mode || ' ' || l.granted::text, ','), '')
      INTO held FROM pg_catalog.pg_lock_status() l
      WHERE l.pid = target AND l.locktype = 'relation' AND l.relation >= 16384;
    IF held <> before THEN
      history := history || pg_catalog.jsonb_build_array(pg_catalog.jsonb_build_array(
        pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() - started) * 1000, held));
      before := held;
    END IF;
    IF NOT announced THEN
      RAISE NOTICE 'watching';
      announced := true;
    END IF;
    EXIT WHEN over;
    IF pg_catalog.clock_timestamp() - started > '100 ms' THEN
      PERFORM pg_catalog.pg_sleep(0.002);
    END IF;
  END LOOP;
  RETURN history || pg_catalog.jsonb_build_array(pg_catalog.jsonb_build_array(
    pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() - started) * 1000, ''));
END $loop$`;

/** Milliseconds since the loop began, and the locks from then on: `oid mode granted`, separated by commas. */
type ChangePoint = readonly [atMs: number, locks: string];

export interface LockHistory {
  /** Starts to watch a backend that rests, and returns before its next statement is sent. */
  watch(pid: number): Promise<LockSampler>;
}

/**
 * Prepares a session to watch others. It has to be in another database than the statement: there its snapshot holds up
 * neither a concurrent index build nor a VACUUM.
 */
export async function openLockHistory(session: Session): Promise<LockHistory> {
  await session.query(installLoop);
  return {
    watch: async (pid) => {
      const { rows } = await session.query(
        'SELECT a.state_change::text AS since FROM pg_catalog.pg_stat_get_activity($1) a',
        [pid],
      );
      const watching = nextNotice(session);
      const answer = session.query('SELECT pg_temp.watch_locks($1, $2::timestamptz) AS history', [
        pid,
        rows[0]?.['since'],
      ]);
      // A session that broke shows in stop(), where somebody listens.
      answer.catch(() => undefined);
      await Promise.race([watching, answer]);
      return {
        stop: async () => toSamples(((await answer).rows[0]?.['history'] ?? []) as readonly ChangePoint[]),
      };
    },
  };
}

/** The loop says when it has looked for the first time. */
function nextNotice(session: Session): Promise<void> {
  return new Promise((resolve) => {
    const stop = session.onNotice(() => {
      stop();
      resolve();
    });
  });
}

/** Each lock from the first change point that holds it to the first later one that does not. */
export function toSamples(history: readonly ChangePoint[]): readonly SampledLock[] {
  const seen = new Map<string, SampledLock>();
  for (const [index, [atMs, locks]] of history.entries()) {
    const untilMs = history[index + 1]?.[0] ?? atMs;
    for (const lock of locks === '' ? [] : locks.split(',')) {
      const [oid = '', mode = '', granted = ''] = lock.split(' ');
      const before = seen.get(`${oid} ${mode}`);
      const waitedMs = (before?.waitedMs ?? 0) + (granted === 'false' ? untilMs - atMs : 0);
      const firstSeenAt = before?.firstSeenAt ?? atMs;
      seen.set(`${oid} ${mode}`, { oid, mode: mode as LockMode, firstSeenAt, lastSeenAt: untilMs, waitedMs });
    }
  }
  return [...seen.values()];
}
