import type { BoolExpr, CaseExpr, CoalesceExpr, FuncCall, SubLink } from '@pgsql/types';
import { type EffectDraft, merge, noEffect } from '../effect-draft.js';
import { callEffects } from './functions.js';
import { holdsConstant } from './key-conditions.js';
import { noConditions, perhaps, type QueryScope } from './query-scope.js';

/** What an expression, or a list of them, does: the functions it calls and the queries in it. */
export function expressionEffects(value: unknown, scope: QueryScope): EffectDraft {
  if (Array.isArray(value))
    return value.length === 0 ? noEffect : merge(...value.map((item) => expressionEffects(item, scope)));
  if (typeof value !== 'object' || value === null) return noEffect;
  const node = value as Readonly<Record<string, unknown>>;
  const tags = Object.keys(node);
  const [tag = ''] = tags;
  if (tags.length !== 1) return merge(...tags.map((field) => expressionEffects(node[field], scope)));
  if (tag === 'A_Const' || tag === 'ColumnRef') return noEffect;
  const special = handlers[tag];
  return special === undefined ? expressionEffects(node[tag], scope) : special(node[tag] as never, scope);
}

const handlers: Readonly<Record<string, (fields: never, scope: QueryScope) => EffectDraft>> = {
  FuncCall: (call: FuncCall, scope) =>
    merge(
      callEffects(call, scope),
      expressionEffects([...(call.args ?? []), call.agg_filter, call.agg_order, call.over], scope),
    ),
  SubLink: (link: SubLink, scope) =>
    merge(
      expressionEffects(link.testexpr, scope),
      link.subselect === undefined ? noEffect : scope.statement(link.subselect, insideOf(link, scope)),
    ),
  // How much of these is computed depends on the values.
  BoolExpr: ({ args }: BoolExpr, scope) => expressionEffects(args, perhaps(scope)),
  CaseExpr: (one: CaseExpr, scope) => expressionEffects([one.arg, one.args, one.defresult], perhaps(scope)),
  CoalesceExpr: ({ args = [] }: CoalesceExpr, scope) =>
    merge(expressionEffects(args[0], scope), expressionEffects(args.slice(1), perhaps(scope))),
  SelectStmt: (fields: object, scope) => scope.statement({ SelectStmt: fields }, scope),
};

/** EXISTS and IN may become joins, to which constants of the outer query are carried over. */
function insideOf({ subLinkType }: SubLink, scope: QueryScope): QueryScope {
  const plain = subLinkType === 'EXPR_SUBLINK' || subLinkType === 'ARRAY_SUBLINK';
  const { known, pushed } = scope.conditions;
  return {
    ...(plain ? scope : perhaps(scope)),
    conditions: { ...noConditions, pushed: !plain && (pushed || holdsConstant(known)) },
    locked: null,
  };
}
