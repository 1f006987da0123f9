import type { Blocker, BlockingTree, LockWait, QueuedWait } from '../../model/activity.js';
import { blockerKey } from './derive-waits.js';
import { groupBy } from './group-by.js';

/**
 * One tree for each who blocks and waits for nobody. Who waits for several roots stands below each of them: all have to go
 * before it goes on. The root that keeps most waiting comes first.
 */
export function buildTrees(waits: readonly LockWait[]): readonly BlockingTree[] {
  const waiters = new Set(waits.map(({ pid }) => pid));
  const roots = new Map<string, Blocker>();
  for (const { by } of waits.flatMap(({ blockedBy }) => blockedBy)) {
    if (by.kind === 'prepared' || !waiters.has(by.pid)) roots.set(blockerKey(by), by);
  }
  const trees = [...roots.values()].map((root) => treeBelow(root, waits));
  const reached = new Set(trees.flatMap(({ queue }) => queue.map(({ pid }) => pid)));
  let rest = waits.filter(({ pid, blockedBy }) => !reached.has(pid) && blockedBy.length > 0);
  while (rest.length > 0) {
    const tree = { ...treeBelow(findInCircle(rest), rest), deadlock: true };
    trees.push(tree);
    const covered = new Set([...tree.queue.map(({ pid }) => pid), tree.root.kind === 'session' ? tree.root.pid : 0]);
    rest = rest.filter(({ pid }) => !covered.has(pid));
  }
  return trees.toSorted(
    (one, other) => other.queue.length - one.queue.length || other.longestWaitMs - one.longestWaitMs,
  );
}

interface Place {
  readonly wait: LockWait;
  readonly depth: number;
  readonly behind: Blocker;
}

/** All that wait because of one. Breadth first: who is held up by a lock hangs on its holder, and only else on who queues ahead. */
export function treeBelow(root: Blocker, waits: readonly LockWait[]): BlockingTree {
  const depths = new Map([[blockerKey(root), 0]]);
  const places: Place[] = [];
  let left = waits.filter(({ pid }) => blockerKey({ kind: 'session', pid }) !== blockerKey(root));
  for (;;) {
    const grown = placeNext(left, depths, 'holds') ?? placeNext(left, depths, 'queues ahead');
    if (grown === null) break;
    places.push(...grown);
    for (const { wait, depth } of grown) depths.set(blockerKey({ kind: 'session', pid: wait.pid }), depth);
    left = left.filter(({ pid }) => !depths.has(blockerKey({ kind: 'session', pid })));
  }
  return {
    root,
    deadlock: false,
    queue: inTreeOrder(root, places),
    longestWaitMs: Math.max(0, ...places.map(({ wait }) => wait.waitedMs)),
  };
}

function placeNext(
  waits: readonly LockWait[],
  depths: ReadonlyMap<string, number>,
  how: 'holds' | 'queues ahead',
): readonly Place[] | null {
  const places = waits.flatMap((wait) => {
    const blocking = wait.blockedBy.find((one) => one.how === how && depths.has(blockerKey(one.by)));
    if (blocking === undefined) return [];
    return [{ wait, depth: (depths.get(blockerKey(blocking.by)) ?? 0) + 1, behind: blocking.by }];
  });
  return places.length === 0 ? null : places;
}

function inTreeOrder(root: Blocker, places: readonly Place[]): readonly QueuedWait[] {
  const byParent = groupBy(places, ({ behind }) => blockerKey(behind));
  const queue: QueuedWait[] = [];
  const pending = [...(byParent.get(blockerKey(root)) ?? [])].toReversed();
  for (let place = pending.pop(); place !== undefined; place = pending.pop()) {
    const { pid } = place.wait;
    queue.push({ pid, depth: place.depth, behind: place.behind });
    pending.push(...(byParent.get(blockerKey({ kind: 'session', pid })) ?? []).toReversed());
  }
  return queue;
}

/** Nobody of these can be traced to a root: walking from one to the next ends in a circle. */
function findInCircle(waits: readonly LockWait[]): Blocker {
  const byPid = new Map(waits.map((wait) => [wait.pid, wait]));
  const seen = new Set<number>();
  let [at] = waits;
  while (at !== undefined && !seen.has(at.pid)) {
    seen.add(at.pid);
    const next: Blocker | undefined = at.blockedBy.find(({ by }) => by.kind === 'session' && byPid.has(by.pid))?.by;
    if (next?.kind !== 'session') break;
    at = byPid.get(next.pid);
  }
  return { kind: 'session', pid: at?.pid ?? 0 };
}
