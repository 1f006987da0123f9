import { comparedKinds, type StepLock } from '../../model/locks.js';
import { lockModeName, lockStrength, withoutPublic } from '../lock-summary.js';

/** Partitions come in hundreds; the report itself has them all. */
const usuallyNamed = 3;

/**
 * `AccessExclusive on orders, RowShare on users and 3 more`, the strongest first, `(sampled)` where a short one may be
 * missing. Null where nothing is to be told: nobody looked, or it was only read from what was there before.
 */
export function locksInWords(locks: readonly StepLock[] | null, most = usuallyNamed): string | null {
  const felt = (locks ?? []).filter(isFelt);
  if (felt.length === 0) return null;
  const sorted = felt.toSorted((one, other) => lockStrength(other.mode) - lockStrength(one.mode));
  const shown = sorted
    .slice(0, most)
    .map(({ relation, mode }) => `${lockModeName(mode)} on ${withoutPublic(relation)}`);
  const more = felt.length > most ? ` and ${felt.length - most} more` : '';
  const sampled = felt.some(({ certainty }) => certainty === 'sampled') ? ' (sampled)' : '';
  return `${shown.join(', ')}${more}${sampled}`;
}

function isFelt({ kind, mode, created }: StepLock): boolean {
  return created !== true && comparedKinds.has(kind) && mode !== 'AccessShareLock';
}
