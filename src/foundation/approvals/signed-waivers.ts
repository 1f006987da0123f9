import type { Waiver } from '../../model/preflight.js';
import { judgeStatements, type StatementCase } from './judge-statements.js';

export interface SignedWaivers {
  readonly waivers: readonly Waiver[];
  /** Why others do not count, in words. */
  readonly refused: readonly string[];
}

/** From this tier on, 0 being the most critical, the author of a change may waive a gate alone. */
const laxTier = 2;

/** Waivers that were signed for the change at hand, or for all changes of its target. */
export function signedWaivers(facts: StatementCase): SignedWaivers {
  const own = judgeStatements(facts).filter(({ judged }) => judged.kind === 'waiver' && judged.gate !== null);
  const valid = own.filter(({ judged }) => judged.fault === null);
  const counting = valid.filter(({ judged }) => isByAnother(judged.gate, valid, facts));
  return {
    waivers: counting.map(({ judged: { gate, target, by, reason, grantedAt, expiresAt, record } }) => {
      return {
        gate: gate ?? '',
        target,
        by: by ?? '',
        reason: reason ?? '',
        grantedAt,
        expiresAt: expiresAt ?? '',
        record,
      };
    }),
    refused: own
      .filter((one) => !counting.includes(one))
      .map(({ judged: { gate, by, fault, record } }) => {
        const why = fault ?? authorAlone(facts);
        return `The waiver of ${gate ?? ''} by ${by ?? 'somebody unknown'} (record ${record.slice(0, 12)}) does not count: ${why}.`;
      }),
  };
}

type Counted = ReturnType<typeof judgeStatements>;

/** Somebody who did not write the change takes the risk too. */
function isByAnother(gate: string | null, valid: Counted, { change, authors }: StatementCase): boolean {
  if (change.tier >= laxTier) return true;
  if (authors.problem !== null || authors.unknown.length > 0) return false;
  return valid.some(({ seen, judged }) => judged.gate === gate && !authors.people.includes(seen.person ?? ''));
}

function authorAlone({ authors: { problem, unknown } }: StatementCase): string {
  if (problem !== null) return `it is not known who wrote the change: ${problem}`;
  if (unknown.length > 0) return `the allowed signers do not know ${unknown.join(', ')}, who wrote the change`;
  return 'its signer wrote the change, and nobody else takes the risk';
}
