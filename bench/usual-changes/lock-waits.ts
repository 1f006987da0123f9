import type { Session } from '../../src/foundation/postgres/session.js';

/** Clients of the shop that wait for any lock: they never wait for each other, so whoever changes the table is the cause. */
const sql = `SELECT l.pid, l.waitstart::text AS since,
    extract(epoch FROM pg_catalog.clock_timestamp() - l.waitstart)::float8 * 1000 AS ms
  FROM pg_catalog.pg_lock_status() l JOIN pg_catalog.pg_stat_get_activity(NULL) a ON a.pid = l.pid
  WHERE NOT l.granted AND l.waitstart IS NOT NULL AND a.application_name = 'shop'`;

const everyMs = 10;

/** Looks for waits until it is stopped; a wait is known to this many milliseconds. */
export interface LockWaits {
  /** Milliseconds, of each wait that was seen. */
  readonly stop: () => Promise<readonly number[]>;
}

export function sampleLockWaits(session: Session): LockWaits {
  const seen = new Map<string, number>();
  let over = false;
  const run = async (): Promise<void> => {
    while (!over) {
      for (const row of (await session.query(sql)).rows) {
        seen.set(`${String(row['pid'])} ${String(row['since'])}`, Number(row['ms']));
      }
      await new Promise((resolve) => {
        setTimeout(resolve, everyMs);
      });
    }
  };
  const running = run();
  return {
    stop: async () => {
      over = true;
      await running;
      return [...seen.values()];
    },
  };
}
