import type { BlockingTree, LockWait, QueueRelief } from '../../model/activity.js';

/**
 * Somebody in the queue who has nothing yet that others want, and yet keeps them waiting: a strong lock that is awaited
 * stops all that come after it. Null when nobody would go on at once. Pure.
 */
export function findRelief(tree: BlockingTree, waits: readonly LockWait[]): QueueRelief | null {
  if (tree.deadlock) return null;
  const queued = new Set(tree.queue.map(({ pid }) => pid));
  const frees = new Map<number, number>();
  for (const { pid, blockedBy } of waits) {
    const [only] = blockedBy;
    if (!queued.has(pid) || blockedBy.length !== 1 || only?.how !== 'queues ahead' || only.by.kind !== 'session')
      continue;
    frees.set(only.by.pid, (frees.get(only.by.pid) ?? 0) + 1);
  }
  const [best] = [...frees].toSorted(([, one], [, other]) => other - one);
  return best === undefined ? null : { pid: best[0], frees: best[1] };
}
