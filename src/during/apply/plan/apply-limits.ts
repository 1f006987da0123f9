import type { ChangeBudget, LimitProfile, StepLimits } from '../../../model/apply-plan.js';

/** What a change may cost the traffic of a target; all in milliseconds. */
export interface ApplyLimits {
  readonly short: Omit<StepLimits, 'profile'>;
  readonly long: Omit<StepLimits, 'profile'>;
  readonly budget: ChangeBudget;
}

/**
 * By tier, 0 the most critical. A short lock waits little and is tried again; a long step may wait for ever, for nobody
 * waits behind it, and is ended when it makes others wait. `statementTimeoutMs` is a last line: the watchdog acts before.
 */
const critical: ApplyLimits = {
  short: { lockTimeoutMs: 100, statementTimeoutMs: 60_000, holdLimitMs: 500 },
  long: { lockTimeoutMs: 0, statementTimeoutMs: 0, holdLimitMs: 500 },
  budget: { queueMs: 500, patienceMs: 300_000, attempts: 60 },
};
const important: ApplyLimits = {
  short: { lockTimeoutMs: 500, statementTimeoutMs: 300_000, holdLimitMs: 2_000 },
  long: { lockTimeoutMs: 0, statementTimeoutMs: 0, holdLimitMs: 2_000 },
  budget: { queueMs: 5_000, patienceMs: 300_000, attempts: 60 },
};
const internal: ApplyLimits = {
  short: { lockTimeoutMs: 2_000, statementTimeoutMs: 0, holdLimitMs: 10_000 },
  long: { lockTimeoutMs: 0, statementTimeoutMs: 0, holdLimitMs: 10_000 },
  budget: { queueMs: 30_000, patienceMs: 600_000, attempts: 60 },
};

const limitsByTier: readonly ApplyLimits[] = [critical, critical, important, internal];

/** Limits of a tier; those of the least critical for higher numbers. */
export function limitsOfTier(tier: number): ApplyLimits {
  return limitsByTier[Math.min(tier, limitsByTier.length - 1)] ?? internal;
}

export function limitsOf(profile: LimitProfile, limits: ApplyLimits): StepLimits {
  return { profile, ...(profile === 'short lock' ? limits.short : limits.long) };
}
