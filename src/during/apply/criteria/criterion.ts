import type { RunSample } from '../../../model/abort-criterion.js';

/**
 * Something that ends a run by itself when it goes beyond its limit for long enough. `read` is pure: the figure at the
 * last sample, null when it cannot be known; the first sample was taken before anything ran.
 */
export interface Criterion {
  /** Kebab-case; `policy.limits.abort` names it. */
  readonly id: string;
  readonly title: string;
  readonly why: string;
  readonly unit: string;
  /** By tier, 0 to 3; null: off unless the project sets it. */
  readonly limits: readonly [number | null, number | null, number | null, number | null];
  readonly forMs: number;
  readonly read: (samples: readonly RunSample[]) => number | null;
}

export function defineCriterion(criterion: Criterion): Criterion {
  return criterion;
}
