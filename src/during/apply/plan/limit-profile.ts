import type { LimitProfile } from '../../../model/apply-plan.js';
import type { LockRequest } from '../../../model/effects.js';
import { blockedTraffic } from '../../../model/locks.js';

/**
 * A step whose locks stop neither reads nor writes may take its time (a concurrent build, VALIDATE, an UPDATE); a lock
 * timeout would only leave an invalid index behind. All others wait shortly. What nothing is known of is of the latter.
 */
export function limitProfile(kind: 'transaction' | 'statement', locks: readonly LockRequest[] | null): LimitProfile {
  if (locks === null) return kind === 'statement' ? 'long watched' : 'short lock';
  const stops = locks.some(({ mode, created }) => created !== true && blockedTraffic(mode) !== 'none');
  return stops ? 'short lock' : 'long watched';
}
