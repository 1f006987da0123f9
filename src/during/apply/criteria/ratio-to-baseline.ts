import type { RunSample } from '../../../model/abort-criterion.js';

/** Figures below this are noise, whatever their ratio: milliseconds. */
const smallestMs = 5;

/** A latency now, as a multiple of what it was before anything ran; null where one of both is not known. */
export function ratioToBaseline(samples: readonly RunSample[], metric: string): number | null {
  const before = samples[0]?.metrics[metric] ?? null;
  const now = samples.at(-1)?.metrics[metric] ?? null;
  if (before === null || now === null) return null;
  return Math.max(now, smallestMs) / Math.max(before, smallestMs);
}
