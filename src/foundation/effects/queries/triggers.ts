import type { SchemaRelation, SchemaTrigger } from '../../../model/schema.js';
import { atMost, type EffectDraft, merge, noEffect } from '../effect-draft.js';
import { routineEffects } from './body-effects.js';
import { type QueryScope, whenRun } from './query-scope.js';

export interface Firing {
  readonly event: 'insert' | 'update' | 'delete';
  /** Columns that UPDATE sets; null for all. */
  readonly columns: ReadonlySet<string> | null;
}

/** What a trigger's function does when it fires. */
export function triggerEffects(trigger: SchemaTrigger, scope: QueryScope): EffectDraft {
  const routine = scope.context.graph?.function(trigger.function) ?? null;
  if (routine === null) return noEffect;
  const effects = whenRun(scope, () => routineEffects(routine, scope.context, scope.effectsOf));
  return trigger.conditional ? atMost('possible', effects) : effects;
}

/** Triggers of one table for one event: those for each row, or those for the statement. */
export function firedTriggers(
  table: SchemaRelation,
  { event, columns, level }: Firing & { readonly level: 'row' | 'statement' },
  scope: QueryScope,
): EffectDraft {
  const fired = table.triggers.filter(
    (one) =>
      one.enabled && one.forEachRow === (level === 'row') && one.timing !== 'instead of' && one.events.includes(event),
  );
  if (fired.length === 0) return noEffect;
  const concerned = fired.filter(
    (one) =>
      event !== 'update' ||
      one.columns.length === 0 ||
      columns === null ||
      one.columns.some((name) => columns.has(name)),
  );
  return merge(
    ...concerned.map((trigger) => {
      const effects = triggerEffects(trigger, scope);
      return isDeferred(table, trigger, scope) ? atMost('possible', effects) : effects;
    }),
  );
}

/** A deferred one fires when the transaction ends. */
function isDeferred(table: SchemaRelation, { name }: SchemaTrigger, { context }: QueryScope): boolean {
  return (context.graph?.constraints(table.oid) ?? []).some(
    (one) => one.kind === 'trigger' && one.name === name && one.deferrable,
  );
}

/** Whether a trigger before the change may keep a row from it. */
export function mayDropRows(table: SchemaRelation, event: Firing['event'], { context }: QueryScope): boolean {
  const before = table.triggers.filter(
    (one) => one.enabled && one.forEachRow && one.timing === 'before' && one.events.includes(event),
  );
  return before.some((trigger) => {
    const body = context.graph?.function(trigger.function)?.body ?? null;
    return body === null || !/\breturn\s+(new|old)\b/i.test(body) || /\breturn\s+(?!new\b|old\b)/i.test(body);
  });
}
