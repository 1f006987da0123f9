import type { RuleFinding } from '../../model/classification.js';
import type { Policy } from './policy.js';

/** What is found without a rule: by the parser, a server, or about what a file says of itself. */
export const unruledFindings = ['not-analysed', 'change-fails', 'claim-understates-risk', 'suppression'] as const;

/** The finding as the project weighs it; null where that is switched off. */
export function weighUnruled<T extends Pick<RuleFinding, 'id' | 'severity'>>(finding: T, policy: Policy): T | null {
  const chosen = policy.severities.get(finding.id);
  if (chosen === 'off') return null;
  return chosen === undefined ? finding : { ...finding, severity: chosen };
}
