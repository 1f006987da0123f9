import type { ConstraintsSetStmt, RangeVar } from '@pgsql/types';
import type { SchemaConstraint } from '../../../model/schema.js';
import { type EffectContext, type EffectsOf, handleOf } from '../effect-context.js';
import { atMost, type EffectDraft, lock, merge, noEffect } from '../effect-draft.js';
import { routineEffects } from '../queries/body-effects.js';
import type { SchemaGraph } from '../schema-graph.js';

/** IMMEDIATE makes up for checks that were put off: only possible, for nothing may be waiting. */
export function setConstraintsEffects(
  { constraints = [], deferred }: ConstraintsSetStmt,
  context: EffectContext,
  effectsOf: EffectsOf,
): EffectDraft {
  const { graph } = context;
  if (graph === null || deferred === true) return noEffect;
  const named = constraints.flatMap((node) => ('RangeVar' in node ? [node.RangeVar] : []));
  const waiting = graph.schema.constraints.filter(
    (one) => one.deferrable && (named.length === 0 || named.some((name) => isMeant(one, name))),
  );
  const checks = waiting.map((one) =>
    one.kind === 'trigger' ? triggerOf(one, { context, effectsOf, graph }) : keyOf(one, graph),
  );
  return atMost('possible', merge(...checks));
}

function isMeant({ name }: SchemaConstraint, { relname }: RangeVar): boolean {
  return name === relname;
}

/** New rows are looked up in the table that they refer to, rows that are gone in the one that referred to them. */
function keyOf({ kind, relation, referenced }: SchemaConstraint, graph: SchemaGraph): EffectDraft {
  if (kind !== 'foreign key') return noEffect;
  const sides = [relation, referenced].flatMap((oid) => graph.relation(oid ?? '') ?? []);
  const trees = sides.flatMap((side) => [side, ...(side.kind === 'table' ? [] : graph.descendants(side.oid))]);
  return merge(...trees.map((table) => lock(handleOf(table), 'RowShareLock')));
}

function triggerOf(
  { name, relation }: SchemaConstraint,
  { context, effectsOf, graph }: { context: EffectContext; effectsOf: EffectsOf; graph: SchemaGraph },
): EffectDraft {
  const trigger = graph.relation(relation ?? '')?.triggers.find((one) => one.name === name);
  const routine = trigger === undefined ? null : graph.function(trigger.function);
  return routine === null ? noEffect : routineEffects(routine, context, effectsOf);
}
