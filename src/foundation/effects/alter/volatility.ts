import type { FuncCall } from '@pgsql/types';
import type { Certainty } from '../../../model/effects.js';
import type { EffectContext } from '../effect-context.js';
import { nameParts, splitName } from '../tree-names.js';
import { builtinVolatility } from './volatile-functions.js';

/** Whether an expression has to be computed anew for each row: null when once is enough. */
export function volatility(expression: unknown, context: EffectContext): Certainty | null {
  const found = functionCalls(expression).map((call) => callVolatility(call, context));
  if (found.includes('certain')) return 'certain';
  return found.includes('possible') ? 'possible' : null;
}

/** Function calls anywhere in an expression. */
export function functionCalls(value: unknown): readonly FuncCall[] {
  if (Array.isArray(value)) return value.flatMap(functionCalls);
  if (typeof value !== 'object' || value === null) return [];
  const fields: Readonly<Record<string, unknown>> = { ...value };
  const inside = Object.values(fields).flatMap(functionCalls);
  return fields['FuncCall'] === undefined ? inside : [fields['FuncCall'] as FuncCall, ...inside];
}

export function functionName(call: FuncCall): { readonly schema: string | null; readonly name: string } {
  return splitName((call.funcname ?? []).flatMap(nameParts));
}

function callVolatility(call: FuncCall, context: EffectContext): Certainty | null {
  const { schema, name } = functionName(call);
  const builtin = schema === null || schema === 'pg_catalog' ? builtinVolatility(name, context.major) : 'unknown';
  if (builtin === 'volatile') return 'certain';
  if (schema === 'pg_catalog' || builtin === 'steady') return null;
  if (context.graph === null) return builtinVolatility(name, context.major) === 'volatile' ? 'certain' : 'possible';
  const overloads = context.graph.findFunctions(schema, name, context.searchPath);
  const argumentCount = (call.args ?? []).length;
  const fitting = overloads.filter(
    (one) => one.argumentCount >= argumentCount && one.argumentCount - one.defaultCount <= argumentCount,
  );
  const volatile = fitting.filter((one) => one.volatility === 'volatile');
  if (volatile.length === 0) return null;
  // A body in SQL can be put in the function's place, and may itself be steady.
  return volatile.length === fitting.length && volatile.every(({ language }) => language !== 'sql')
    ? 'certain'
    : 'possible';
}
