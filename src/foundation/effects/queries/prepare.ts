import type { DeclareCursorStmt, ExecuteStmt, ExplainStmt, Node, PrepareStmt } from '@pgsql/types';
import { quoteIdentifier } from '../../sql/quote-identifier.js';
import { type EffectDraft, merge, noEffect, unanalysed } from '../effect-draft.js';
import { isOptionOn } from '../options.js';
import type { QueryScope } from './query-scope.js';
import { expressionEffects } from './walk-expression.js';

/** PREPARE analyses a statement and puts views' queries in; what is below tables comes with a plan. */
export function prepareEffects({ query }: PrepareStmt, scope: QueryScope): EffectDraft {
  return query === undefined ? noEffect : scope.statement(query, { ...scope, phase: 'analysed' });
}

export function executeEffects({ name = '', params }: ExecuteStmt, scope: QueryScope): EffectDraft {
  return merge(
    unanalysed(`EXECUTE of the prepared statement ${quoteIdentifier(name)}`),
    expressionEffects(params, scope),
  );
}

const planned = ['SelectStmt', 'InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt'];

/** EXPLAIN plans the statement; with ANALYZE it runs it. */
export function explainEffects({ query, options }: ExplainStmt, scope: QueryScope): EffectDraft {
  if (query === undefined) return noEffect;
  const runs = isOptionOn(options, 'analyze', false);
  if (planned.some((tag) => tag in query)) return scope.statement(query, runs ? scope : { ...scope, phase: 'planned' });
  if ('CreateTableAsStmt' in query) {
    return runs ? scope.effectsOf(query, scope.context) : plannedQuery(query.CreateTableAsStmt.query, scope);
  }
  if ('DeclareCursorStmt' in query) {
    const inside = query.DeclareCursorStmt.query;
    return runs && inside !== undefined ? scope.statement(inside, scope) : plannedQuery(inside, scope);
  }
  // Other utility statements have no plan.
  return 'ExecuteStmt' in query ? executeEffects(query.ExecuteStmt, scope) : noEffect;
}

function plannedQuery(query: Node | undefined, scope: QueryScope): EffectDraft {
  if (query === undefined) return noEffect;
  if ('ExecuteStmt' in query) return executeEffects(query.ExecuteStmt, scope);
  return scope.statement(query, { ...scope, phase: 'planned' });
}

/** A cursor's query is planned when it is declared, and runs when rows are fetched. */
export function declareCursorEffects({ query }: DeclareCursorStmt, scope: QueryScope): EffectDraft {
  return query === undefined ? noEffect : scope.statement(query, { ...scope, phase: 'planned' });
}
