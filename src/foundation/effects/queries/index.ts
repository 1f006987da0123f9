import type { Node } from '@pgsql/types';
import type { LockRequest } from '../../../model/effects.js';
import { lockModes } from '../../../model/locks.js';
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
  return (statement, context, effectsOf) => withoutWeaker(effects(statement, topScope(context, effectsOf)));
}

/** What may be locked adds nothing where a lock that is as strong is certain. */
function withoutWeaker(draft: EffectDraft): EffectDraft {
  if (draft.locks.length < 2) return draft;
  const strongest = new Map<string, number>();
  for (const { relation, mode, certainty } of draft.locks) {
    if (certainty === 'certain') {
      strongest.set(relation, Math.max(strongest.get(relation) ?? -1, lockModes.indexOf(mode)));
    }
  }
  const adds = ({ relation, mode, certainty }: LockRequest): boolean =>
    certainty === 'certain' || lockModes.indexOf(mode) > (strongest.get(relation) ?? -1);
  return draft.locks.every(adds) ? draft : { ...draft, locks: draft.locks.filter(adds) };
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
