import { defaultPolicy, type Policy } from '../../../before/classify/policy.js';
import type { JsonValue, PolicyConfig } from '../../../foundation/config/config.js';
import type { Complexity } from '../../../model/migration.js';
import { policyError } from './policy-error.js';

const levels: readonly Complexity[] = ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'];

/**
 * `policy.approvals`: for each level of risk the roles that sign, as a list (`[technical lead]`) or with how many of
 * each (`{ technical lead: 2 }`). Levels that are not named keep the usual ones.
 */
export function demandedApprovals(approvals: PolicyConfig['approvals']): Policy['approvals'] {
  const demanded = { ...defaultPolicy.approvals };
  for (const [key, value] of Object.entries(approvals)) {
    const level = levels.find((one) => one === key.toUpperCase());
    if (level === undefined) {
      throw policyError(`policy.approvals.${key} is no level of risk.`, `Levels are ${levels.join(', ')}.`);
    }
    demanded[level] = roles(value, key);
  }
  return demanded;
}

function roles(value: JsonValue, level: string): Policy['approvals'][Complexity] {
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) {
    return value.map((role: string) => ({ role, count: 1 }));
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const counts = Object.entries(value);
    if (counts.every(([, count]) => Number.isInteger(count) && Number(count) > 0)) {
      return counts.map(([role, count]) => ({ role, count: Number(count) }));
    }
  }
  throw policyError(
    `policy.approvals.${level} is ${JSON.stringify(value)}.`,
    'It has to be a list of roles, or how many of each role: { technical lead: 2 }.',
  );
}
