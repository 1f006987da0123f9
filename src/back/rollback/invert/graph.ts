/** Something that has to happen at its place among others. */
export interface Node<Work> {
  readonly work: Work;
  /** Among those that may come next, the lowest rank comes first. */
  readonly rank: number;
  /** What has to wait for it; true where it must, false where it only should. */
  readonly next: Map<Node<Work>, boolean>;
}

export function addNode<Work>(nodes: Node<Work>[], work: Work, rank: number): Node<Work> {
  const node: Node<Work> = { work, rank, next: new Map() };
  nodes.push(node);
  return node;
}

/** `first` comes before `second`. Where both a wish and a need are there, the need counts. */
export function comesBefore<Work>(first: Node<Work> | undefined, second: Node<Work> | undefined, must = true): void {
  if (first === undefined || second === undefined || first === second) return;
  first.next.set(second, must || first.next.get(second) === true);
}

export interface Order<Work> {
  readonly sorted: readonly Node<Work>[];
  /** What waits for itself in a circle, and so for ever. */
  readonly stuck: readonly Node<Work>[];
}

/** An order that meets every need, and of the wishes those that are in no circle. */
export function sortNodes<Work>(nodes: readonly Node<Work>[]): Order<Work> {
  const needs = new Map<Node<Work>, number>(nodes.map((node) => [node, 0]));
  const wishes = new Map<Node<Work>, number>(nodes.map((node) => [node, 0]));
  const count = (node: Node<Work>, by: number): void => {
    for (const [next, must] of node.next) {
      const counts = must ? needs : wishes;
      counts.set(next, (counts.get(next) ?? 0) + by);
    }
  };
  for (const node of nodes) count(node, 1);
  const sorted: Node<Work>[] = [];
  const left = new Set(nodes);
  while (left.size > 0) {
    const free = [...left].filter((node) => needs.get(node) === 0);
    const best = lowest(free.filter((node) => wishes.get(node) === 0)) ?? lowest(free);
    if (best === undefined) break;
    left.delete(best);
    sorted.push(best);
    count(best, -1);
  }
  return { sorted, stuck: [...left] };
}

function lowest<Work>(nodes: readonly Node<Work>[]): Node<Work> | undefined {
  return nodes.reduce<Node<Work> | undefined>(
    (best, node) => (best === undefined || node.rank < best.rank ? node : best),
    undefined,
  );
}

/** Everything that comes after any of the given nodes. */
export function reachableFrom<Work>(starts: readonly Node<Work>[]): ReadonlySet<Node<Work>> {
  const found = new Set<Node<Work>>();
  const open = [...starts];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    for (const next of node.next.keys()) {
      if (found.has(next)) continue;
      found.add(next);
      open.push(next);
    }
  }
  return found;
}
