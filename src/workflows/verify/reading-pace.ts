import type { ReadingPace } from '../../foundation/integrity/gentle-reader.js';
import type { VerifySettings } from '../../model/verify-settings.js';

/** A fifth of the time is read, and the rest is left to others. */
const usualShare = 0.2;
const lockTimeoutMs = 500;
const mostSeconds = 60;

/** How gently to read, by what is configured. */
export function paceOf({
  throttle,
  maxTransactionSeconds,
}: Pick<VerifySettings, 'throttle' | 'maxTransactionSeconds'>): ReadingPace {
  return {
    share: throttle ?? usualShare,
    transactionMs: Math.min(mostSeconds, maxTransactionSeconds) * 1000,
    lockTimeoutMs,
  };
}
