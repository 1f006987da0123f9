import { setTimeout as sleep } from 'node:timers/promises';
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
  const stopping = new AbortController();
  const loop = (async () => {
    if (options.delayMs > 0) await pause(options.delayMs, stopping.signal);
    while (!stopping.signal.aborted) {
      const { rows } = await watch.query(locksOf, [options.pid]);
      const now = performance.now();
      for (const row of rows) remember(seen, row, now);
      await pause(options.intervalMs, stopping.signal);
    }
  })();
  // A session that broke shows in stop(), where somebody listens.
  loop.catch(() => undefined);
  return {
    stop: async () => {
      stopping.abort();
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

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
