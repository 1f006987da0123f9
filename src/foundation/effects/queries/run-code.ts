import type { CallStmt, DoStmt } from '@pgsql/types';
import { functionName } from '../alter/volatility.js';
import { atMost, type EffectDraft, merge, unanalysed } from '../effect-draft.js';
import { type Body, blockBody } from './bodies.js';
import { bodyEffects, routineEffects } from './body-effects.js';
import { calledRoutines } from './functions.js';
import type { QueryScope } from './query-scope.js';
import { expressionEffects } from './walk-expression.js';

export function callStatementEffects({ funccall }: CallStmt, scope: QueryScope): EffectDraft {
  const call = funccall ?? {};
  const routines = calledRoutines(call, scope.context);
  const effects = merge(...routines.map((routine) => routineEffects(routine, scope.context, scope.effectsOf)));
  const own = routines.length === 1 ? effects : atMost('possible', effects);
  const unread =
    scope.context.graph === null
      ? unanalysed(`procedure ${functionName(call).name}: what it does is known from the catalog only`)
      : own;
  return merge(unread, expressionEffects(call.args, scope));
}

export function doEffects(statement: DoStmt, { context, effectsOf }: QueryScope): EffectDraft {
  const callers = [...(context.callers ?? []), 'DO block'];
  return bodyEffects(doBody(statement), { ...context, callers }, effectsOf);
}

/** The statements of a DO block. */
export function doBody(statement: DoStmt): Body {
  const options = (statement.args ?? []).flatMap((node) => ('DefElem' in node ? [node.DefElem] : []));
  const text = (name: string): string | null => {
    const value = options.find(({ defname }) => defname === name)?.arg;
    return value !== undefined && 'String' in value ? (value.String.sval ?? '') : null;
  };
  const language = text('language') ?? 'plpgsql';
  if (language.toLowerCase() !== 'plpgsql') {
    return { statements: [], unanalysed: [`DO block: a body in the language ${language}`] };
  }
  return blockBody(text('as') ?? '', 'DO block');
}
