import type { WatchSample } from '../../../model/watch-report.js';
import type { WatchFacts } from './watch-facts.js';

/** What failed while the database was away needs about as long again, and monitors show it for a while. */
const recoveryPart = 2;

/**
 * Why nothing can be taken back at this moment: the database is away, or has only just come back and the failures are still
 * those of its absence. Null: it is there. Pure.
 */
export function readAbsence(samples: readonly WatchSample[], { settings }: WatchFacts): string | null {
  const now = samples.at(-1);
  const lastAt = samples.findLastIndex(({ reachable }) => !reachable);
  const last = samples[lastAt];
  if (now === undefined || last === undefined) return null;
  if (!now.reachable) return 'Nothing can be taken back while the database cannot be reached.';
  const first = samples[samples.findLastIndex(({ reachable }, at) => reachable && at < lastAt) + 1] ?? last;
  const back = samples[lastAt + 1] ?? now;
  const awayMs = back.sinceChangeMs - first.sinceChangeMs;
  const until = back.sinceChangeMs + Math.min(settings.sustainMs, recoveryPart * awayMs);
  if (now.sinceChangeMs >= until) return null;
  return `The database was away for ${Math.round(awayMs / 1000)} s and has only just come back: what failed with it is given time to recover.`;
}
