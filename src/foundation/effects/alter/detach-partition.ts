import { defaultPartition } from '../definition/dropped-with.js';
import { handleOf, resolveRelation } from '../effect-context.js';
import { type EffectDraft, lock, merge, noEffect } from '../effect-draft.js';
import type { SchemaRelation } from '../../../model/schema.js';
import type { SchemaGraph } from '../schema-graph.js';
import { lockAncestors } from './attach-partition.js';
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
    releaseForeignKeys(child.facts, { parent: handle.facts, graph }),
    lockEach(partitionsOf(child, context), 'AccessExclusiveLock'),
  );
};

function lockAttachedIndexes(child: SchemaRelation, graph: SchemaGraph): EffectDraft {
  const attached = graph.indexes(child.oid).filter(({ isPartition }) => isPartition);
  return lockEach(attached.map(handleOf), 'AccessExclusiveLock');
}

/** Its foreign keys stand alone from now on; tables that refer to the parent must not refer to its rows. */
function releaseForeignKeys(
  child: SchemaRelation,
  { parent, graph }: { readonly parent: SchemaRelation; readonly graph: SchemaGraph },
): EffectDraft {
  const keys = graph.constraints(child.oid).filter(({ kind, parent: of }) => kind === 'foreign key' && of !== null);
  const referenced = keys.flatMap((key) => graph.relation(key.referenced ?? '') ?? []);
  const referencing = graph.foreignKeysTo(parent.oid).flatMap((key) => graph.relation(key.relation ?? '') ?? []);
  return merge(
    lockEach(referenced.map(handleOf), 'ShareRowExclusiveLock'),
    lockEach(referencing.map(handleOf), 'AccessExclusiveLock'),
    // A query joins both, in the order that a plan prefers.
    referencing.length === 0 ? noEffect : scanEach([child, ...referencing].map(handleOf), 'possible'),
  );
}
