import type { LockTrace } from '../../model/locks.js';

/** How long locks were held, from their statement's start to the end of its transaction (performance.now(), null: open). */
export function dateReleases(
  locks: readonly LockTrace[],
  { startedAt, releasedAt }: { readonly startedAt: number; readonly releasedAt: number | null },
): readonly LockTrace[] {
  if (releasedAt === null) return locks;
  return locks.map((lock) => (lock.heldMs === null ? { ...lock, heldMs: releasedAt - startedAt } : lock));
}
