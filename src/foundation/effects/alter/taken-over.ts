import type { SchemaRelation } from '../../../model/schema.js';
import { type EffectContext, handleOf, type RelationHandle } from '../effect-context.js';

/** How a constraint of a partitioned table reaches what is below it. */
export interface PartitionWalk {
  /** Partitions that are looked at. Nothing below one that hands its own constraint over is. */
  readonly reached: readonly RelationHandle[];
  /** The table itself and those of the reached that get a constraint of their own. */
  readonly given: readonly RelationHandle[];
  /** Partitions whose own constraint becomes part of the new one: no row of theirs is read. */
  readonly handingOver: readonly RelationHandle[];
}

/** Level by level, as the server goes; only the table itself when nothing is known of partitions. */
export function walkPartitions(
  handle: RelationHandle,
  context: EffectContext,
  hasLike: (partition: SchemaRelation) => boolean,
): PartitionWalk {
  const { graph } = context;
  if (graph === null || handle.facts === null || handle.kind !== 'partitioned table') {
    return { reached: [], given: [handle], handingOver: [] };
  }
  const children = graph.children(handle.facts.oid);
  const handingOver = children.filter(hasLike);
  const walks = children
    .filter((child) => !handingOver.includes(child))
    .map((child) => walkPartitions(handleOf(child), context, hasLike));
  return {
    reached: [...children.map(handleOf), ...walks.flatMap(({ reached }) => reached)],
    given: [handle, ...walks.flatMap(({ given }) => given)],
    handingOver: [...handingOver.map(handleOf), ...walks.flatMap((walk) => walk.handingOver)],
  };
}
