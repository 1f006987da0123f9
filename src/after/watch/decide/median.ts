import type { MetricBaseline } from '../../../model/target-figures.js';

/** The middle one of some figures; null of none. */
export function medianOf(values: readonly number[]): number | null {
  const sorted = values.toSorted((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle];
  if (upper === undefined) return null;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/** What a figure is, and how restless; null where it was never known. */
export function baselineOf(values: readonly (number | null)[]): MetricBaseline | null {
  const known = values.filter((value) => value !== null);
  const median = medianOf(known);
  if (median === null) return null;
  return { samples: known.length, median, spread: medianOf(known.map((value) => Math.abs(value - median))) ?? 0 };
}
