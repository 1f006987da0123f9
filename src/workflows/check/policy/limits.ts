import { defaultPolicy, type Policy } from '../../../before/classify/policy.js';
import type { PolicyConfig } from '../../../foundation/config/config.js';
import { policyError } from './policy-error.js';

/** `policy.limits`, as far as the judgement of rules depends on it; other keys are for other verbs. */
export function readLimits(
  limits: PolicyConfig['limits'],
): Pick<Policy, 'smallTable' | 'largeTableRows' | 'runnerSetsTimeouts' | 'longestLockTimeoutMs'> {
  const { smallTable, largeTableRows, longestLockTimeoutMs } = defaultPolicy;
  return {
    smallTable: {
      rows: wholeNumber(limits, 'smallTableRows') ?? smallTable.rows,
      bytes: wholeNumber(limits, 'smallTableBytes') ?? smallTable.bytes,
    },
    largeTableRows: wholeNumber(limits, 'largeTableRows') ?? largeTableRows,
    longestLockTimeoutMs: wholeNumber(limits, 'longestLockTimeoutMs') ?? longestLockTimeoutMs,
    runnerSetsTimeouts: flag(limits, 'runnerSetsTimeouts') ?? defaultPolicy.runnerSetsTimeouts,
  };
}

function wholeNumber(limits: PolicyConfig['limits'], key: string): number | null {
  const value = limits[key];
  if (value === undefined || value === null) return null;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value;
  throw policyError(`policy.limits.${key} is ${JSON.stringify(value)}.`, 'It has to be a whole number, 0 or more.');
}

function flag(limits: PolicyConfig['limits'], key: string): boolean | null {
  const value = limits[key];
  if (value === undefined || value === null) return null;
  if (typeof value === 'boolean') return value;
  throw policyError(`policy.limits.${key} is ${JSON.stringify(value)}.`, 'It has to be true or false.');
}
