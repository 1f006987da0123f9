import { type ApplyLimits, limitsOfTier } from '../../during/apply/plan/apply-limits.js';
import type { PolicyConfig } from '../../foundation/config/config.js';
import { policyError } from '../check/policy/policy-error.js';

/** The limits of a tier, changed by what `policy.limits` says. Milliseconds throughout. */
export function readApplyLimits(limits: PolicyConfig['limits'], tier: number): ApplyLimits {
  const { short, long, budget } = limitsOfTier(tier);
  const number = (key: string, usual: number): number => readMs(limits, key) ?? usual;
  return {
    short: {
      lockTimeoutMs: number('lockTimeoutMs', short.lockTimeoutMs),
      statementTimeoutMs: number('statementTimeoutMs', short.statementTimeoutMs),
      holdLimitMs: number('holdLimitMs', short.holdLimitMs),
    },
    long: { ...long, holdLimitMs: number('holdLimitMs', long.holdLimitMs) },
    budget: {
      queueMs: number('queueBudgetMs', budget.queueMs),
      patienceMs: number('patienceMs', budget.patienceMs),
      attempts: number('attempts', budget.attempts),
    },
  };
}

function readMs(limits: PolicyConfig['limits'], key: string): number | null {
  const value = limits[key];
  if (value === undefined || value === null) return null;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value;
  throw policyError(`policy.limits.${key} is ${JSON.stringify(value)}.`, 'It has to be a whole number, 0 or more.');
}
