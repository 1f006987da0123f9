import type { DropStmt, ObjectType } from '@pgsql/types';
import type { RelationKind } from '../../../model/locks.js';
import type { ObjectAddress } from '../../../model/schema.js';
import { type EffectContext, handleOf, resolveRelation } from '../effect-context.js';
import { atMost, type EffectDraft, lock, merge, noEffect, unanalysed } from '../effect-draft.js';
import type { SchemaGraph } from '../schema-graph.js';
import { nameParts, relationNamed } from '../tree-names.js';
import { droppedObjects } from './dropped-objects.js';
import { droppedWith, locksOfDropped } from './dropped-with.js';

/** DROP locks what it drops, and the tables of which it drops a part, so that nobody can use them. */
export function dropEffects(drop: DropStmt, context: EffectContext): EffectDraft {
  if (context.graph === null) return dropByText(drop, context);
  if (drop.concurrent === true) return dropConcurrently(drop, context, context.graph);
  const targets = droppedObjects(drop, context, context.graph);
  // Functions of one name and as many arguments: the types would tell which is meant.
  const ambiguous = targets.length > (drop.objects ?? []).length;
  return merge(
    atMost(ambiguous ? 'possible' : 'certain', locksOfDropped(droppedWith(targets, context.graph), context.graph)),
    ...targets.map((target) => tablesUnderIndex(target, context.graph)),
  );
}

/** All tables of the tree are locked before a partitioned index, also those where it was never built. */
function tablesUnderIndex({ catalog, oid }: ObjectAddress, graph: SchemaGraph | null): EffectDraft {
  const index = catalog === 'pg_class' ? (graph?.relation(oid) ?? null) : null;
  if (graph === null || index?.kind !== 'partitioned index' || index.index === null) return noEffect;
  return merge(...graph.descendants(index.index.table).map((table) => lock(handleOf(table), 'AccessExclusiveLock')));
}

/** An index: nobody who reads or writes its table is stopped. */
function dropConcurrently(drop: DropStmt, context: EffectContext, graph: SchemaGraph): EffectDraft {
  return merge(
    ...droppedObjects(drop, context, graph).map(({ oid }) => {
      const index = graph.relation(oid);
      const table = index?.index == null ? null : graph.relation(index.index.table);
      // Nobody else sees a temporary table, so its index is dropped the plain way.
      const mode = table?.persistence === 'temporary' ? 'AccessExclusiveLock' : 'ShareUpdateExclusiveLock';
      return merge(
        index === null ? noEffect : lock(handleOf(index), mode),
        table === null ? noEffect : lock(handleOf(table), mode),
      );
    }),
  );
}

const kinds: { readonly [K in ObjectType]?: RelationKind } = {
  OBJECT_TABLE: 'table',
  OBJECT_VIEW: 'view',
  OBJECT_MATVIEW: 'matview',
  OBJECT_INDEX: 'index',
  OBJECT_SEQUENCE: 'sequence',
  OBJECT_FOREIGN_TABLE: 'foreign table',
};

const partTypes: ReadonlySet<ObjectType | undefined> = new Set<ObjectType>([
  'OBJECT_TRIGGER',
  'OBJECT_RULE',
  'OBJECT_POLICY',
]);

/** The text names the relation, or that of a trigger, rule or policy; what else depends on it, it does not. */
function dropByText(drop: DropStmt, context: EffectContext): EffectDraft {
  const kind = kinds[drop.removeType ?? 'OBJECT_TABLE'];
  const ofTable = partTypes.has(drop.removeType);
  const mode = drop.concurrent === true ? 'ShareUpdateExclusiveLock' : 'AccessExclusiveLock';
  const named =
    kind === undefined && !ofTable
      ? []
      : (drop.objects ?? []).map((object) => {
          const parts = nameParts(object);
          const target = relationNamed(ofTable ? parts.slice(0, -1) : parts);
          return lock(resolveRelation(target, context, kind ?? 'table'), mode);
        });
  return merge(
    atMost(drop.missing_ok === true ? 'possible' : 'certain', merge(...named)),
    drop.behavior === 'DROP_CASCADE'
      ? unanalysed('what CASCADE drops besides is known from the catalog only')
      : noEffect,
  );
}
