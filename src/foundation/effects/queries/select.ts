import type { JoinExpr, Node, RangeFunction, RangeSubselect, RangeTableSample, SelectStmt } from '@pgsql/types';
import { newRelation } from '../effect-context.js';
import { type EffectDraft, lockCreated, merge, noEffect } from '../effect-draft.js';
import { placed } from '../definition/create-table.js';
import { unreadCall } from './functions.js';
import { holdsConstant } from './key-conditions.js';
import { type Conditions, noConditions, perhaps, perRow, type QueryScope } from './query-scope.js';
import { readEffects } from './read-relation.js';
import { expressionEffects } from './walk-expression.js';
import { withExpressions } from './with-clause.js';
import { yieldsRow } from './yields-row.js';

/** What a query locks, and what the functions in it do. */
export function selectEffects(select: SelectStmt, outer: QueryScope): EffectDraft {
  const { draft, scope } = withExpressions(select, outer);
  const into = select.intoClause?.rel;
  return merge(
    draft,
    into === undefined
      ? noEffect
      : lockCreated(newRelation(placed(into), scope.context, 'table'), 'AccessExclusiveLock'),
    select.op === undefined || select.op === 'SETOP_NONE' ? simpleSelect(select, scope) : noEffect,
    ...[select.larg, select.rarg].map((arm) => (arm === undefined ? noEffect : selectEffects(arm, scope))),
    expressionEffects([select.sortClause, select.limitCount, select.limitOffset], scope),
  );
}

function simpleSelect(select: SelectStmt, scope: QueryScope): EffectDraft {
  const { fromClause = [], whereClause, lockingClause } = select;
  const conditions = conditionsOf(select, scope.conditions);
  const inside: QueryScope = {
    ...scope,
    conditions,
    locked: lockingClause === undefined ? scope.locked : lockedBy(lockingClause),
  };
  const rows = perRow({ ...scope, conditions, locked: null }, yieldsRow(select, scope));
  const filtered = perRow(
    { ...scope, conditions, locked: null },
    yieldsRow({ ...select, whereClause: undefined }, scope),
  );
  return merge(
    ...fromClause.map((item) => fromEffects(item, fromClause.length > 1 ? perhaps(inside) : inside)),
    expressionEffects(whereClause, filtered),
    expressionEffects([select.targetList, select.valuesLists], rows),
    expressionEffects(
      [select.groupClause, select.havingClause, select.windowClause, select.distinctClause],
      perhaps(rows),
    ),
    fromClause.length === 0 ? calledForItself(select, scope) : noEffect,
  );
}

/** `SELECT f()` at the statement itself, or PERFORM in a body. */
function calledForItself({ targetList = [] }: SelectStmt, { context, phase }: QueryScope): EffectDraft {
  const calls = targetList.flatMap((target) => {
    const value = 'ResTarget' in target ? target.ResTarget.val : undefined;
    return value !== undefined && 'FuncCall' in value ? [value.FuncCall] : [];
  });
  return phase === 'run' ? merge(...calls.map((call) => unreadCall(call, context))) : noEffect;
}

/** WHERE and the conditions of inner joins. */
function conditionsOf({ whereClause, fromClause = [] }: SelectStmt, outer: Conditions): Conditions {
  const joined = fromClause.map(joinConditions);
  return {
    known: [...(whereClause === undefined ? [] : [whereClause]), ...joined.flatMap(({ known }) => known)],
    pushed: outer.pushed || holdsConstant(outer.known) || joined.some(({ pushed }) => pushed),
    derived: joined.some(({ derived }) => derived),
  };
}

/** What an outer join's condition rules out depends on its side. */
export function joinConditions(item: Node): Conditions {
  if (!('JoinExpr' in item)) return { ...noConditions, derived: 'RangeSubselect' in item && holdsConstant(item) };
  const { larg, rarg, quals, jointype, alias, usingClause, isNatural } = item.JoinExpr;
  const parts = [larg, rarg].map((side) => (side === undefined ? noConditions : joinConditions(side)));
  const inner = jointype === 'JOIN_INNER';
  // Columns under another name, or of both sides at once.
  const renamed = alias !== undefined || usingClause !== undefined || isNatural === true;
  return {
    known: [...(inner && quals !== undefined ? [quals] : []), ...parts.flatMap(({ known }) => known)],
    pushed: renamed || (!inner && holdsConstant(quals)) || parts.some(({ pushed }) => pushed),
    derived: parts.some(({ derived }) => derived),
  };
}

/** FOR UPDATE and the like: all that the level reads, or what OF names. */
function lockedBy(clauses: readonly Node[]): QueryScope['locked'] {
  const names = clauses.map((node) => ('LockingClause' in node ? (node.LockingClause.lockedRels ?? []) : []));
  if (names.some((one) => one.length === 0)) return 'all';
  return new Set(names.flat().flatMap((node) => ('RangeVar' in node ? (node.RangeVar.relname ?? []) : [])));
}

/** One item of a FROM or USING list. */
export function fromEffects(item: Node, scope: QueryScope): EffectDraft {
  if ('RangeVar' in item) return readEffects(item.RangeVar, scope);
  if ('JoinExpr' in item) return joinEffects(item.JoinExpr, perhaps(scope));
  if ('RangeSubselect' in item) return subqueryEffects(item.RangeSubselect, scope);
  if ('RangeTableSample' in item) return sampleEffects(item.RangeTableSample, scope);
  if ('RangeFunction' in item) return functionEffects(item.RangeFunction, scope);
  return expressionEffects(item, scope);
}

function joinEffects({ larg, rarg, quals }: JoinExpr, scope: QueryScope): EffectDraft {
  return merge(
    larg === undefined ? noEffect : fromEffects(larg, scope),
    rarg === undefined ? noEffect : fromEffects(rarg, scope),
    expressionEffects(quals, { ...scope, locked: null }),
  );
}

/** FOR UPDATE goes on into a subquery that it names, or all of them. */
function subqueryEffects({ subquery, alias }: RangeSubselect, scope: QueryScope): EffectDraft {
  if (subquery === undefined) return noEffect;
  const { locked } = scope;
  const all = locked === 'all' || (locked !== null && locked.has(alias?.aliasname ?? ''));
  return scope.statement(subquery, { ...scope, locked: all ? 'all' : null });
}

function sampleEffects({ relation, args, repeatable }: RangeTableSample, scope: QueryScope): EffectDraft {
  return merge(
    relation === undefined ? noEffect : fromEffects(relation, scope),
    expressionEffects([args, repeatable], scope),
  );
}

/** Each function of the list stands with its column definitions. */
function functionEffects({ functions }: RangeFunction, scope: QueryScope): EffectDraft {
  return expressionEffects(functions, { ...scope, locked: null });
}
