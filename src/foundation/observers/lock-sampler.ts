import type { LockMode } from '../../model/locks.js';
import type { Session } from '../postgres/session.js';

export interface SampledLock {
  readonly oid: string;
  readonly mode: LockMode;
  readonly firstSeenAt: number;
  readonly lastSeenAt: number;
  /** From pg_locks.waitstart to the last sample that still waited. */
  readonly waitedMs: number;
}

export interface LockSampler {
  /** Ends the sampling and returns what was seen, in order of appearance. */
  stop(): Promise<readonly SampledLock[]>;
}

export interface SamplerOptions {
  readonly pid: number;
  /** Milliseconds before the first look: 0 for statements that release their locks before anyone can ask. */
  readonly delayMs: number;
  readonly intervalMs: number;
}

const locksOf = `SELECT l.relation::text AS oid, l.mode, l.granted,
    CASE WHEN NOT l.granted THEN EXTRACT(epoch FROM pg_catalog.clock_timestamp() - l.waitstart) * 1000 END::float8 AS waited_ms
  FROM pg_catalog.pg_locks l WHERE l.locktype = 'relation' AND l.pid = $1 AND l.relation >= 16384`;

/** Looks at a backend's relation locks from a second session, again and again, opening no relation itself. */
export function sampleLocks(watch: Session, options: SamplerOptions): LockSampler {
  const seen = new Map<string, SampledLock>();
  let stopped = false;
  // Every statement starts a sampler that most of them never let look: a timer of our own is cheaper than an AbortSignal.
  let wake = (): void => undefined;
  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const loop = (async () => {
    if (options.delayMs > 0) await pause(options.delayMs);
    while (!stopped) {
      const { rows } = await watch.query(locksOf, [options.pid]);
      const now = performance.now();
      for (const row of rows) remember(seen, row, now);
      if (!stopped) await pause(options.intervalMs);
    }
  })();
  // A session that broke shows in stop(), where somebody listens.
  loop.catch(() => undefined);
  return {
    stop: async () => {
      stopped = true;
      wake();
      await loop;
      return [...seen.values()];
    },
  };
}

function remember(seen: Map<string, SampledLock>, row: Readonly<Record<string, unknown>>, now: number): void {
  const oid = String(row['oid']);
  const mode = String(row['mode']) as LockMode;
  const before = seen.get(`${oid} ${mode}`);
  const waitedMs = Math.max(before?.waitedMs ?? 0, Number(row['waited_ms'] ?? 0));
  seen.set(`${oid} ${mode}`, { oid, mode, firstSeenAt: before?.firstSeenAt ?? now, lastSeenAt: now, waitedMs });
}
