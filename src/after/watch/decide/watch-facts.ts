import type { WatchSettings } from '../../../model/target-settings.js';
import type { MetricBaseline } from '../../../model/target-figures.js';

/** What is known about one metric besides its samples. */
export interface KnownMetric {
  /** From before the change; null where nobody looked. */
  readonly baseline: MetricBaseline | null;
  /** The most that it usually is outside of peaks, and at them, as configured; null where it is not. */
  readonly typical: number | null;
  readonly peak: number | null;
}

/** What the samples of a watch are judged by. */
export interface WatchFacts {
  readonly settings: WatchSettings;
  readonly metrics: Readonly<Record<string, KnownMetric>>;
  /** Whether the target says where to ask for its health. */
  readonly asksHealth: boolean;
  /** Why the run itself failed; null: it did not. */
  readonly runFailed: string | null;
  /** Standbys that followed before; null where nobody knows. */
  readonly replicas: number | null;
  /** Deadlocks per millisecond, by the server's counters from before; null where nobody knows. */
  readonly deadlocksPerMs: number | null;
}

/** What a metric was before: the baseline, else what is configured as typical. */
export function usualOf({ metrics }: WatchFacts, name: string): number | null {
  const known = metrics[name];
  return known?.baseline?.median ?? known?.typical ?? null;
}
