import type { WatchSample } from '../../../model/watch-report.js';
import type { Signal } from './signal.js';
import { usualOf, type WatchFacts } from './watch-facts.js';

/** So many of its own spreads away from what it was is no chance any more. */
const spreads = 4;

/**
 * Slower than `ratio` times before, and by more than a floor and its own restlessness: a figure of 2 ms that becomes 4
 * troubles nobody. Null where nobody knows what it was.
 */
function slower(facts: WatchFacts, metric: string, ratio: number): number | null {
  const usual = usualOf(facts, metric);
  if (usual === null) return null;
  const spread = facts.metrics[metric]?.baseline?.spread ?? 0;
  return Math.max(ratio * usual, usual + facts.settings.latencyFloorMs, usual + spreads * spread);
}

function peakOf({ metrics }: WatchFacts, metric: string): number {
  return metrics[metric]?.peak ?? 0;
}

const read =
  (metric: string) =>
  ({ metrics }: WatchSample): number | null =>
    metrics[metric] ?? null;

const words =
  (metric: string, name: string) =>
  (value: number, limit: number, facts: WatchFacts): string => {
    const usual = usualOf(facts, metric) ?? 0;
    const worse = usual === 0 ? '' : ` (${Math.round((value / usual - 1) * 100)} % worse)`;
    return `${name} is ${Math.round(value)} ms, before it was ${Math.round(usual)} ms${worse}; the limit is ${Math.round(limit)} ms.`;
  };

/** Cold caches get warm, and the figure falls. */
const settling = (metric: string) => ({
  skipsFirst: 1 / 3,
  beyondPart: 0.9,
  settlesWithin: 1 / 3,
  usual: (facts: WatchFacts): number => usualOf(facts, metric) ?? 0,
});

const p95 = {
  id: 'latency-p95',
  read: read('p95Ms'),
  words: words('p95Ms', 'p95'),
  ...settling('p95Ms'),
} as const;

/** Half as slow again as before, and beyond what a usual peak is. */
const muchSlower: Signal = {
  ...p95,
  limit: (facts) => {
    const limit = slower(facts, 'p95Ms', facts.settings.latencyRatio);
    return limit === null ? null : Math.max(limit, peakOf(facts, 'p95Ms'));
  },
  lasting: 0.8,
  // By rank: how fast the few were that were fast enough does not matter, but between two jobs there are more of them.
  beyondPart: 0.85,
  severity: () => 'P1',
};

/** The same where a usual peak is as slow: only when it does not end as peaks do. */
const asAtPeak: Signal = {
  ...p95,
  limit: (facts) => {
    const limit = slower(facts, 'p95Ms', facts.settings.latencyRatio);
    return limit === null || peakOf(facts, 'p95Ms') <= limit ? null : limit;
  },
  lasting: 5,
  severity: () => 'P1',
};

/** Half of what is too much, but it stays. */
const somewhatSlower: Signal = {
  ...p95,
  limit: (facts) => {
    const limit = slower(facts, 'p95Ms', 1 + (facts.settings.latencyRatio - 1) / 2);
    return limit === null ? null : Math.max(limit, peakOf(facts, 'p95Ms'));
  },
  lasting: 6,
  severity: () => 'P2',
};

/** The slowest one in a hundred is restless by nature: it needs twice as much, and longer. */
const slowestSlower: Signal = {
  id: 'latency-p99',
  read: read('p99Ms'),
  words: words('p99Ms', 'p99'),
  ...settling('p99Ms'),
  limit: (facts) => {
    const limit = slower(facts, 'p99Ms', 1 + 2 * (facts.settings.latencyRatio - 1));
    return limit === null ? null : Math.max(limit, peakOf(facts, 'p99Ms'));
  },
  lasting: 4,
  severity: () => 'P2',
};

export const latencySignals: readonly Signal[] = [muchSlower, asAtPeak, somewhatSlower, slowestSlower];
