import type { RuleFinding } from '../../../model/classification.js';
import type { Claim, Complexity } from '../../../model/migration.js';
import { fingerprintOf } from '../fingerprint.js';
import { complexities } from './complexity.js';

/** A header that claims less than the assessment says, as a finding; none when it holds. */
export function understatedClaim(
  claim: Pick<Extract<Claim, { kind: 'complexity' }>, 'level' | 'text' | 'line'>,
  assessed: Complexity,
  path: string,
): readonly RuleFinding[] {
  if (complexities.indexOf(claim.level) >= complexities.indexOf(assessed)) return [];
  const message = `The header claims ${claim.level}; the assessment says ${assessed}.`;
  return [
    {
      id: 'claim-understates-risk',
      title: 'A header that claims less risk than there is',
      concern: 'availability',
      certainty: 'certain',
      severity: 'warning',
      message,
      remedy: 'Correct the header, or take out of the change what makes it weigh more.',
      path,
      line: claim.line,
      column: 1,
      endLine: claim.line,
      relation: null,
      instead: null,
      gradedDown: null,
      fingerprint: fingerprintOf('claim-understates-risk', path, message),
    },
  ];
}
