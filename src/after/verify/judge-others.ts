import type { OthersState } from '../../foundation/integrity/heed-others.js';
import type { MetricProbe, WatchSettings } from '../../model/target-settings.js';

/** What was seen of an application and its standbys at one moment; null where it is not known. */
export interface OthersSeen {
  readonly healthy: boolean | null;
  readonly metrics: Readonly<Record<string, number | null>>;
  readonly replicaLagMs: number | null;
}

/** Limits of figures, by their names. */
export interface OthersLimits {
  readonly metrics: Readonly<Record<string, number>>;
  readonly replicaLagMs: number;
}

/** Latencies by the names that `metrics` gives them. */
const latencies: readonly string[] = ['p95Ms', 'p99Ms'];

/** From this part of a limit on, it is read more slowly. */
const closePart = 0.8;
const closeFactor = 2;

/**
 * What each figure may be while it is read: what is configured, else what counts as worse in a watch, by what is typical or was
 * seen before the reading began. What has neither has no limit. Pure.
 */
export function limitsOfOthers(
  metrics: Readonly<Record<string, Pick<MetricProbe, 'limit' | 'typical' | 'peak'>>>,
  before: OthersSeen,
  watch: Pick<WatchSettings, 'latencyRatio' | 'latencyFloorMs' | 'errorRate' | 'replicaLagMs'>,
): OthersLimits {
  const limits = Object.entries(metrics).flatMap(([name, { limit, typical, peak }]): [string, number][] => {
    if (limit !== null) return [[name, limit]];
    if (name === 'errorRate') return [[name, Math.max(watch.errorRate, peak ?? 0)]];
    const usual = typical ?? before.metrics[name] ?? null;
    if (!latencies.includes(name) || usual === null) return [];
    return [[name, Math.max(peak ?? 0, usual * watch.latencyRatio, usual + watch.latencyFloorMs)]];
  });
  return { metrics: Object.fromEntries(limits), replicaLagMs: watch.replicaLagMs };
}

/** Whether to read on, more slowly, or not now. What is not known holds nobody back. Pure. */
export function judgeOthers({ healthy, metrics, replicaLagMs }: OthersSeen, limits: OthersLimits): OthersState {
  const figures = [
    ...Object.entries(limits.metrics).map(([name, limit]) => ({ name, limit, value: metrics[name] ?? null })),
    { name: 'the lag of a standby in ms', limit: limits.replicaLagMs, value: replicaLagMs },
  ];
  const beyond = figures.find(({ value, limit }) => value !== null && value > limit);
  if (healthy === false) return { factor: 1, hold: 'the application says that it is not well' };
  if (beyond !== undefined) {
    return { factor: 1, hold: `${beyond.name} is ${rounded(beyond.value ?? 0)}, and may be ${rounded(beyond.limit)}` };
  }
  const isClose = figures.some(({ value, limit }) => value !== null && value > closePart * limit);
  return { factor: isClose ? closeFactor : 1, hold: null };
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
