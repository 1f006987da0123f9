import type { IncidentSeverity, WatchSample, WatchSignal } from '../../../model/watch-report.js';
import type { WatchFacts } from './watch-facts.js';

/** A figure of the samples with a limit. Everything of it is pure. */
export interface Signal {
  readonly id: WatchSignal;
  /** The figure of one sample, given those before it; null where it cannot be known. */
  readonly read: (sample: WatchSample, earlier: readonly WatchSample[]) => number | null;
  /** Null: nothing to compare with, so it is not judged. */
  readonly limit: (facts: WatchFacts) => number | null;
  /** Beyond the limit for so long, as a multiple of the configured time. 0: two samples in a row. */
  readonly lasting: number;
  /** So long after the change it says nothing, as a multiple of the configured time. */
  readonly skipsFirst: number;
  /** So much of that time it has to be beyond the limit; the rest may be noise. */
  readonly beyondPart: number;
  readonly severity: (value: number, facts: WatchFacts) => IncidentSeverity;
  /** What falls is let settle first: over how long that is looked at, as a multiple of the configured time. Null: it is not. */
  readonly settlesWithin: number | null;
  /** What it falls towards. */
  readonly usual: (facts: WatchFacts) => number;
  readonly words: (value: number, limit: number, facts: WatchFacts) => string;
}
