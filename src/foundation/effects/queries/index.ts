import type { Node } from '@pgsql/types';
import type { EffectContext, EffectHandlers, EffectsOf } from '../effect-context.js';
import { type EffectDraft, noEffect } from '../effect-draft.js';
import { deleteEffects, mergeEffects, updateEffects } from './change-rows.js';
import { copyEffects } from './copy.js';
import { insertEffects } from './insert.js';
import { declareCursorEffects, executeEffects, explainEffects, prepareEffects } from './prepare.js';
import { noConditions, type QueryScope } from './query-scope.js';
import { callStatementEffects, doEffects } from './run-code.js';
import { selectEffects } from './select.js';

/** Queries and changes of rows, wherever they stand: at the top, in a common table expression or in a subquery. */
function innerStatement(node: Node, scope: QueryScope): EffectDraft {
  if ('SelectStmt' in node) return selectEffects(node.SelectStmt, scope);
  if ('InsertStmt' in node) return insertEffects(node.InsertStmt, scope);
  if ('UpdateStmt' in node) return updateEffects(node.UpdateStmt, scope);
  if ('DeleteStmt' in node) return deleteEffects(node.DeleteStmt, scope);
  return 'MergeStmt' in node ? mergeEffects(node.MergeStmt, scope) : noEffect;
}

function topScope(context: EffectContext, effectsOf: EffectsOf): QueryScope {
  return {
    context,
    effectsOf,
    phase: 'run',
    certainty: 'certain',
    expressions: new Set(),
    conditions: noConditions,
    locked: null,
    statement: innerStatement,
  };
}

function atTop<T>(
  effects: (statement: T, scope: QueryScope) => EffectDraft,
): (statement: T, context: EffectContext, effectsOf: EffectsOf) => EffectDraft {
  return (statement, context, effectsOf) => effects(statement, topScope(context, effectsOf));
}

/** Queries, changes of rows, and statements that run others. */
export const queryHandlers: EffectHandlers = {
  SelectStmt: atTop(selectEffects),
  InsertStmt: atTop(insertEffects),
  UpdateStmt: atTop(updateEffects),
  DeleteStmt: atTop(deleteEffects),
  MergeStmt: atTop(mergeEffects),
  CopyStmt: atTop(copyEffects),
  CallStmt: atTop(callStatementEffects),
  DoStmt: atTop(doEffects),
  PrepareStmt: atTop(prepareEffects),
  ExecuteStmt: atTop(executeEffects),
  DeallocateStmt: () => noEffect,
  ExplainStmt: atTop(explainEffects),
  DeclareCursorStmt: atTop(declareCursorEffects),
};
