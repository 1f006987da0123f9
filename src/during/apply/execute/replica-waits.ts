import { answerInTime } from '../../../foundation/postgres/answer-in-time.js';
import type { Session } from '../../../foundation/postgres/session.js';

const patienceMs = 5_000;

/** Sessions of a standby that wait for what its recovery holds, or waits for itself: locks that were taken on the primary. */
const sql = `SELECT pg_catalog.max(extract(epoch FROM pg_catalog.clock_timestamp() - w.waitstart) * 1000)::pg_catalog.float8 AS ms
  FROM pg_catalog.pg_lock_status() w
  WHERE NOT w.granted AND EXISTS (
    SELECT FROM pg_catalog.pg_lock_status() h JOIN pg_catalog.pg_stat_get_activity(NULL) a ON a.pid = h.pid
    WHERE a.backend_type = 'startup' AND h.locktype = 'relation'
      AND h.database = w.database AND h.relation = w.relation)`;

/** Milliseconds; 0 when nobody waits, or the standby does not answer: its lag then says so. */
export async function longestReplayWaitMs(replica: Session): Promise<number> {
  const rows = await answerInTime(replica, patienceMs, () => replica.query(sql)).then(
    (answer) => answer.rows,
    () => [],
  );
  return Number(rows[0]?.['ms'] ?? 0);
}
