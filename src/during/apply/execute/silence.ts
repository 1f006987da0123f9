import type { Session } from '../../../foundation/postgres/session.js';
import type { Clock } from '../../../foundation/runtime/clock.js';
import type { WatchSession } from './watch-session.js';
import type { WorkSession } from './work-session.js';

/** A backend that has had nothing to do for so long has answered, or was never asked: it got lost on its way. */
const longestSilenceMs = 5_000;

/**
 * Between statements, or in the middle of a message that does not go on. COPY reads from its client for as long as that
 * has rows.
 */
const sql = `SELECT (a.state LIKE 'idle%' OR (a.wait_event = 'ClientRead' AND a.query !~* '^copy\\M')) AS idle,
    pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() - a.state_change) * 1000 AS ms
  FROM pg_catalog.pg_stat_get_activity($1) a`;

/** Whether a backend, of which an answer is awaited, is gone or has nothing to do. */
export async function isSilent(watch: Session, pid: number): Promise<boolean> {
  const [row] = (await watch.query(sql, [pid])).rows;
  return row === undefined || (row['idle'] === true && Number(row['ms']) > longestSilenceMs);
}

const everyMs = 1_000;

interface Awaited {
  readonly watch: Pick<WatchSession, 'ask'>;
  readonly work: WorkSession;
  readonly clock: Clock;
}

/** Asks something of a working session that may take long, and drops its connection when the server falls silent. */
export async function unlessSilent<Answer>(
  { watch, work: { session, backend }, clock }: Awaited,
  ask: () => Promise<Answer>,
): Promise<Answer> {
  const over = new AbortController();
  const watching = (async () => {
    for (;;) {
      await clock.sleep(everyMs, over.signal).catch(() => undefined);
      if (over.signal.aborted) return;
      if (await watch.ask((looking) => isSilent(looking, backend.pid)).catch(() => true)) session.cut();
    }
  })();
  try {
    return await ask();
  } finally {
    over.abort();
    await watching;
  }
}
