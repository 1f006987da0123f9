import { defaultPartition } from '../definition/dropped-with.js';
import { type EffectContext, handleOf, type RelationHandle, resolveRelation } from '../effect-context.js';
import { type EffectDraft, lock, merge, noEffect } from '../effect-draft.js';
import type { SchemaRelation } from '../../../model/schema.js';
import type { SchemaGraph } from '../schema-graph.js';
import { isReferencingPart, lockAncestors } from './attach-partition.js';
import { type CommandEffects, lockEach, partitionsOf, scanEach } from './alter-target.js';

/** CONCURRENTLY lets the parent's readers and writers in, and ends with an exclusive lock on the partition. */
export const detachPartition: CommandEffects = ({ def }, { handle, context }) => {
  if (def === undefined || !('PartitionCmd' in def)) return noEffect;
  const child = resolveRelation(def.PartitionCmd.name ?? {}, context);
  const { graph } = context;
  const partition = lock(child, 'AccessExclusiveLock');
  if (graph === null || child?.facts == null || handle.facts === null) {
    return merge(partition, child === null ? noEffect : scanEach([child]));
  }
  const concurrent = def.PartitionCmd.concurrent === true;
  const rest = concurrent ? null : defaultPartition(handle.facts.oid, graph);
  return merge(
    partition,
    rest === null ? noEffect : lock(handleOf(rest), 'AccessExclusiveLock'),
    lockAncestors(handle.facts, graph),
    lockAttachedIndexes(child.facts, graph),
    releaseForeignKeys(child.facts, context, graph),
    lockEach(partitionsOf(child, context), 'AccessExclusiveLock'),
  );
};

function lockAttachedIndexes(child: SchemaRelation, graph: SchemaGraph): EffectDraft {
  const attached = graph.indexes(child.oid).filter(({ isPartition }) => isPartition);
  return lockEach(attached.map(handleOf), 'AccessExclusiveLock');
}

/** Its foreign keys stand alone from now on; tables that refer to the parent must not refer to its rows. */
function releaseForeignKeys(child: SchemaRelation, context: EffectContext, graph: SchemaGraph): EffectDraft {
  const keys = graph.constraints(child.oid).filter(({ kind, parent }) => kind === 'foreign key' && parent !== null);
  const referenced = keys
    .filter((key) => isReferencingPart(key, graph))
    .flatMap((key) => treeOfTable(key.referenced, context, graph));
  const keysTo = graph.foreignKeysTo(child.oid).filter((key) => key.parent !== null && !isReferencingPart(key, graph));
  const referencing = keysTo.map((key) => treeOfTable(key.relation, context, graph));
  const partitions = partitionsOf(handleOf(child), context);
  return merge(
    lockEach(referenced, 'ShareRowExclusiveLock'),
    ...referencing.flatMap(([table, ...parts]) => [
      table === undefined ? noEffect : lock(table, 'AccessExclusiveLock'),
      lockEach(parts, 'AccessShareLock'),
    ]),
    // A query joins both, in the order that a plan prefers.
    referencing.length === 0 ? noEffect : scanEach([handleOf(child), ...partitions, ...referencing.flat()], 'possible'),
  );
}

function treeOfTable(oid: string | null, context: EffectContext, graph: SchemaGraph): readonly RelationHandle[] {
  const table = oid === null ? null : graph.relation(oid);
  return table === null ? [] : [handleOf(table), ...partitionsOf(handleOf(table), context)];
}
