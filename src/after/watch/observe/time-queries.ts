import { readOnly } from '../../../foundation/postgres/read-only.js';
import type { Session } from '../../../foundation/postgres/session.js';
import type { Clock } from '../../../foundation/runtime/clock.js';
import type { CriticalQuery } from '../../../model/target-settings.js';

export interface TimedQuery {
  readonly name: string;
  /** The faster one of two runs, so that a cold cache does not count; null: it failed. */
  readonly ms: number | null;
  readonly problem: string | null;
}

const longestLockWaitMs = 2_000;

/** Runs each query twice in read-only transactions of an idle session, one after another. Never rejects. */
export async function timeQueries(
  session: Session,
  queries: readonly CriticalQuery[],
  clock: Clock,
): Promise<readonly TimedQuery[]> {
  const timed: TimedQuery[] = [];
  for (const query of queries) timed.push(await timeQuery(session, query, clock));
  return timed;
}

async function timeQuery(session: Session, { name, sql, timeoutMs }: CriticalQuery, clock: Clock): Promise<TimedQuery> {
  const limits = {
    what: `the critical query ${name}`,
    statementTimeoutMs: timeoutMs,
    lockTimeoutMs: Math.min(timeoutMs, longestLockWaitMs),
  };
  const once = (): Promise<number> =>
    readOnly(session, limits, async () => {
      const start = clock.now();
      await session.query(sql);
      return clock.now() - start;
    });
  try {
    return { name, ms: Math.min(await once(), await once()), problem: null };
  } catch (cause) {
    return { name, ms: null, problem: cause instanceof Error ? cause.message : String(cause) };
  }
}
