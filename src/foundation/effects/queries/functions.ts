import type { FuncCall, Node } from '@pgsql/types';
import { quoteIdentifier } from '../../sql/quote-identifier.js';
import type { LockMode } from '../../../model/locks.js';
import type { SchemaFunction } from '../../../model/schema.js';
import { builtinVolatility } from '../alter/volatile-functions.js';
import { functionName } from '../alter/volatility.js';
import { type EffectContext, handleOf, resolveRelation } from '../effect-context.js';
import { atMost, type EffectDraft, lock, merge, noEffect, unanalysed } from '../effect-draft.js';
import { routineEffects } from './body-effects.js';
import { constantOf } from './partition-values.js';
import { type QueryScope, whenRun } from './query-scope.js';

/** Functions of pg_catalog that open the relation whose name they are given. */
const openers: ReadonlyMap<string, LockMode> = new Map([
  ...(['nextval', 'currval', 'setval'] as const).map((name) => [name, 'RowExclusiveLock'] as const),
  ...(['pg_relation_size', 'pg_table_size', 'pg_indexes_size', 'pg_total_relation_size'] as const).map(
    (name) => [name, 'AccessShareLock'] as const,
  ),
]);

/** What a call does; what its arguments do is not in it. */
export function callEffects(call: FuncCall, scope: QueryScope): EffectDraft {
  const { schema, name } = functionName(call);
  const mode = schema === null || schema === 'pg_catalog' ? openers.get(name) : undefined;
  if (mode !== undefined) {
    // Those that measure let go of the relation at once.
    const held = mode === 'RowExclusiveLock' ? 'certain' : 'possible';
    return whenRun(scope, () => atMost(held, openedEffects(call.args?.[0], mode, scope.context)));
  }
  return schema === 'pg_catalog' ? noEffect : whenRun(scope, () => userFunctionEffects(call, scope));
}

function openedEffects(name: Node | undefined, mode: LockMode, context: EffectContext): EffectDraft {
  if (name !== undefined && 'FuncCall' in name) return serialEffects(name.FuncCall, mode, context);
  const constant = constantOf(name);
  if (constant?.literal !== 'string' || constant.text === null) return noEffect;
  return lock(
    resolveRelation(parseName(constant.text), context, mode === 'RowExclusiveLock' ? 'sequence' : 'table'),
    mode,
  );
}

/** nextval(pg_get_serial_sequence('table', 'column')). */
function serialEffects(call: FuncCall, mode: LockMode, context: EffectContext): EffectDraft {
  const [table, column] = (call.args ?? []).map((arg) => constantOf(arg)?.text ?? null);
  if (functionName(call).name !== 'pg_get_serial_sequence' || table == null || column == null) return noEffect;
  const owner = resolveRelation(parseName(table), context)?.facts ?? null;
  const { graph } = context;
  if (graph === null || owner === null) return noEffect;
  const owned = graph.sequencesOwnedBy(owner.oid).filter(({ ownedBy }) => ownedBy?.column === column);
  return merge(...owned.map((sequence) => lock(handleOf(sequence), mode)));
}

/** A name in a string, as ::regclass reads it. */
function parseName(text: string): { readonly schemaname?: string; readonly relname: string } {
  const parts = [...text.matchAll(/"((?:[^"]|"")*)"|([^."\s]+)/g)].map(
    ([, quoted, bare]) => quoted?.replaceAll('""', '"') ?? (bare ?? '').toLowerCase(),
  );
  const relname = parts.at(-1) ?? '';
  const schemaname = parts.at(-2);
  return schemaname === undefined ? { relname } : { schemaname, relname };
}

function userFunctionEffects(call: FuncCall, scope: QueryScope): EffectDraft {
  const fitting = calledRoutines(call, scope.context);
  const effects = merge(...fitting.map((routine) => routineEffects(routine, scope.context, scope.effectsOf)));
  return fitting.length === 1 ? effects : atMost('possible', effects);
}

/** The functions and procedures that a call may mean: all of that name that take so many arguments. */
export function calledRoutines(call: FuncCall, { graph, searchPath }: EffectContext): readonly SchemaFunction[] {
  if (graph === null) return [];
  const { schema, name } = functionName(call);
  const count = (call.args ?? []).length;
  return graph
    .findFunctions(schema, name, searchPath)
    .filter((one) => one.argumentCount >= count && one.argumentCount - one.defaultCount <= count);
}

/**
 * A call for its own sake (`SELECT f()`) whose function cannot be looked into is said to be not analysed: nobody calls
 * it for its value. Functions of the server itself are known to lock nothing.
 */
export function unreadCall(call: FuncCall, context: EffectContext): EffectDraft {
  const { schema, name } = functionName(call);
  if (schema === 'pg_catalog' || name.startsWith('pg_') || openers.has(name)) return noEffect;
  if (builtinVolatility(name, context.major) !== 'unknown') return noEffect;
  const words = [...(schema === null ? [] : [schema]), name].map(quoteIdentifier).join('.');
  if (context.graph === null) {
    return context.callers === undefined
      ? unanalysed(`function ${words}: what it does is known from the catalog only`)
      : noEffect;
  }
  const compiled = calledRoutines(call, context).some(
    ({ language, volatility }) => language === 'c' && volatility === 'volatile',
  );
  return compiled ? unanalysed(`function ${words}: a body in the language c`) : noEffect;
}
