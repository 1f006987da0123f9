import type { WatchReport } from '../../../../model/watch-report.js';
import type { ChangeFacts } from '../../change-facts.js';

/** The newest validation; null when there is none. */
export function validationOf({ validations }: ChangeFacts) {
  return validations.at(-1) ?? null;
}

/** The longest watch, for a broken one says less; null when there is none. */
export function watchOf({ watches }: ChangeFacts) {
  return watches.toSorted((one, other) => lengthOf(one.body) - lengthOf(other.body)).at(-1) ?? null;
}

/** Milliseconds from the change to its last look. */
export function lengthOf({ samples, durationMs }: WatchReport): number {
  return samples.at(-1)?.sinceChangeMs ?? durationMs;
}
