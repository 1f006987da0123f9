import type { Concern, RuleFinding } from '../../model/classification.js';
import type { Severity } from '../../model/rehearsal.js';
import type { RuleContext } from './rule-context.js';

/** On a small table work under a lock ends before anyone queues for long; that weighs less, and says why. */
export function gradeDown(
  severity: Severity,
  { concern, relation }: { readonly concern: Concern; readonly relation: string | null },
  context: RuleContext,
): Pick<RuleFinding, 'severity' | 'gradedDown'> {
  const asItIs = { severity, gradedDown: null };
  if (concern !== 'availability' || relation === null || severity === 'info') return asItIs;
  const size = context.size(relation);
  const { rows, bytes } = context.policy.smallTable;
  if (size === null || size.rows === null || size.rows > rows || size.bytes > bytes) return asItIs;
  const gradedDown = `${relation} is small: about ${size.rows} rows, ${Math.ceil(size.bytes / 1024)} kB`;
  return { severity: 'info', gradedDown };
}
