import { defaultKeepLimits, type KeepLimits } from '../../back/rollback/keep/keep-schema.js';
import type { PolicyConfig } from '../../foundation/config/config.js';
import { policyError } from '../check/policy/policy-error.js';

/** Beyond ten years nothing expires that anybody remembers. */
const mostDays = 3650;

/**
 * `policy.limits.keepDays` and `keepRows`; the days that a flag gives win.
 * @throws ChangeSafetyError `config-invalid` for what is no number of days or rows: nothing is kept without an end.
 */
export function readKeepLimits(limits: PolicyConfig['limits'], days: number | null): KeepLimits {
  const least = (key: string, most: number): number | null => {
    const value = limits[key];
    if (value === undefined || value === null) return null;
    if (typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= most) return value;
    throw policyError(
      `policy.limits.${key} is ${JSON.stringify(value)}.`,
      `It has to be a whole number from 1 to ${most}.`,
    );
  };
  if (days !== null && days > mostDays) {
    throw policyError(`${days} days are too long to keep rows.`, `--keep-days goes up to ${mostDays}.`);
  }
  return {
    rows: least('keepRows', Number.MAX_SAFE_INTEGER) ?? defaultKeepLimits.rows,
    days: days ?? least('keepDays', mostDays) ?? defaultKeepLimits.days,
  };
}
