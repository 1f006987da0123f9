import type { RangeVar, TruncateStmt } from '@pgsql/types';
import type { SchemaRelation } from '../../../model/schema.js';
import { type EffectContext, type EffectsOf, handleOf, resolveRelation } from '../effect-context.js';
import { routineEffects } from '../queries/body-effects.js';
import { type EffectDraft, lock, merge, noEffect, rewrite, unanalysed } from '../effect-draft.js';
import type { SchemaGraph } from '../schema-graph.js';
import { rangeVars } from '../tree-names.js';

/** TRUNCATE gives each table a new, empty file; CASCADE takes along every table that points to one of them. */
export function truncateEffects(truncate: TruncateStmt, context: EffectContext, effectsOf: EffectsOf): EffectDraft {
  const named = rangeVars(truncate.relations);
  if (context.graph === null) return truncateByText(truncate, context);
  const { graph } = context;
  const chosen = named.flatMap((relation) => treeOf(relation, context, graph));
  const tables = truncate.behavior === 'DROP_CASCADE' ? withReferencing(chosen, graph) : chosen;
  return merge(
    ...tables.map((table) => emptied(table, graph)),
    ...tables.map((table) => triggered(table, context, effectsOf)),
    ...(truncate.restart_seqs === true ? tables : [])
      .flatMap((table) => graph.sequencesOwnedBy(table.oid))
      .map((sequence) => lock(handleOf(sequence), 'AccessExclusiveLock')),
  );
}

function truncateByText(truncate: TruncateStmt, context: EffectContext): EffectDraft {
  const tables = rangeVars(truncate.relations).map((relation) => resolveRelation(relation, context));
  return merge(
    ...tables.flatMap((table) => [lock(table, 'AccessExclusiveLock'), rewrite(table, 'possible')]),
    truncate.behavior === 'DROP_CASCADE'
      ? unanalysed('which tables CASCADE empties besides is known from the catalog only')
      : noEffect,
  );
}

function treeOf(relation: RangeVar, context: EffectContext, graph: SchemaGraph): readonly SchemaRelation[] {
  const facts = resolveRelation(relation, context)?.facts ?? null;
  if (facts === null) return [];
  return relation.inh === true ? [facts, ...graph.descendants(facts.oid)] : [facts];
}

function withReferencing(chosen: readonly SchemaRelation[], graph: SchemaGraph): readonly SchemaRelation[] {
  const found = new Map(chosen.map((table) => [table.oid, table]));
  const waiting = [...chosen];
  for (let table = waiting.pop(); table !== undefined; table = waiting.pop()) {
    for (const key of graph.foreignKeysTo(table.oid)) {
      const referencing = key.relation === null ? null : graph.relation(key.relation);
      if (referencing === null || found.has(referencing.oid)) continue;
      found.set(referencing.oid, referencing);
      waiting.push(referencing);
    }
  }
  return [...found.values()];
}

function emptied(table: SchemaRelation, graph: SchemaGraph): EffectDraft {
  const own = lock(handleOf(table), 'AccessExclusiveLock');
  if (table.kind !== 'table') return own;
  return merge(
    own,
    rewrite(handleOf(table)),
    ...graph.indexes(table.oid).map((index) => lock(handleOf(index), 'AccessExclusiveLock')),
  );
}

/** Triggers of TRUNCATE are those of statements: they run whether there were rows or not. */
function triggered(table: SchemaRelation, context: EffectContext, effectsOf: EffectsOf): EffectDraft {
  const watching = table.triggers.filter(({ enabled, events }) => enabled && events.includes('truncate'));
  return merge(
    ...watching.map((trigger) => {
      const routine = context.graph?.function(trigger.function) ?? null;
      return routine === null ? noEffect : routineEffects(routine, context, effectsOf);
    }),
  );
}
