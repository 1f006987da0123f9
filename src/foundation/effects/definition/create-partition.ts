import type { CreateStmt } from '@pgsql/types';
import type { SchemaRelation } from '../../../model/schema.js';
import { type EffectContext, handleOf, resolveRelation } from '../effect-context.js';
import { searchDefault } from '../alter/search-default.js';
import { type EffectDraft, lock, merge } from '../effect-draft.js';
import type { SchemaGraph } from '../schema-graph.js';
import { rangeVars } from '../tree-names.js';
import { defaultPartition } from './dropped-with.js';

/**
 * A partition made by CREATE TABLE … PARTITION OF: nobody may use the partitioned table meanwhile; its indexes, its
 * foreign keys and those that point to it are repeated for the partition.
 */
export function partitionEffects(create: CreateStmt, context: EffectContext): EffectDraft {
  const { graph } = context;
  return merge(
    ...rangeVars(create.inhRelations).map((named) => {
      const parent = resolveRelation(named, context, 'partitioned table');
      const own = lock(parent, 'AccessExclusiveLock');
      return graph === null || parent?.facts == null
        ? own
        : merge(own, clonedParts(parent.facts, context, graph), emptiedDefault(parent.facts, { create, context }));
    }),
  );
}

interface Creation {
  readonly create: CreateStmt;
  readonly context: EffectContext;
}

/** Rows of the default partition that belong into the new one would be wrong, so it is searched for them. */
function emptiedDefault(parent: SchemaRelation, { create, context }: Creation): EffectDraft {
  const { graph } = context;
  const taken = graph === null ? null : defaultPartition(parent.oid, graph);
  if (taken === null || create.partbound === undefined || create.partbound.is_default === true) return merge();
  return searchDefault(taken, { parent, bound: create.partbound, context });
}

function clonedParts(parent: SchemaRelation, context: EffectContext, graph: SchemaGraph): EffectDraft {
  const referenced = graph
    .constraints(parent.oid)
    .flatMap((key) => (key.referenced === null ? [] : (graph.relation(key.referenced) ?? [])))
    .flatMap((table) => partitionTree(table, context));
  const pointing = graph.foreignKeysTo(parent.oid);
  const known = new Set(pointing.map(({ oid }) => oid));
  const referencing = pointing
    // What a referencing table's partitions repeat of its key is not repeated for the new partition.
    .filter((key) => key.parent === null || !known.has(key.parent))
    .flatMap((key) => (key.relation === null ? [] : (graph.relation(key.relation) ?? [])));
  return merge(
    ...[...referenced, ...referencing].map((table) => lock(handleOf(table), 'ShareRowExclusiveLock')),
    ...graph.indexes(parent.oid).map((index) => lock(handleOf(index), 'ShareUpdateExclusiveLock')),
  );
}

/** The table itself and, if it is partitioned, all that is below it. */
export function partitionTree(table: SchemaRelation, context: EffectContext): readonly SchemaRelation[] {
  return table.kind === 'partitioned table' ? [table, ...(context.graph?.descendants(table.oid) ?? [])] : [table];
}
