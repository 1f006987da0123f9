import type { CommonTableExpr, Node, WithClause } from '@pgsql/types';
import { type EffectDraft, merge, noEffect } from '../effect-draft.js';
import { holdsConstant } from './key-conditions.js';
import { noConditions, type QueryScope } from './query-scope.js';

/** Reads the common table expressions of a statement; `scope` sees their names. */
export function withExpressions(
  statement: { readonly withClause?: WithClause },
  outer: QueryScope,
): { readonly draft: EffectDraft; readonly scope: QueryScope } {
  const { withClause } = statement;
  if (withClause === undefined) return { draft: noEffect, scope: outer };
  const expressions = (withClause.ctes ?? []).flatMap((node) =>
    'CommonTableExpr' in node ? [node.CommonTableExpr] : [],
  );
  const names = expressions.flatMap(({ ctename }) => ctename ?? []);
  const all = new Set([...outer.expressions, ...names]);
  const used = relationNames(statement);
  const drafts = expressions.map((one, index) =>
    expressionEffects(one, {
      ...outer,
      locked: null,
      expressions: withClause.recursive === true ? all : new Set([...outer.expressions, ...names.slice(0, index)]),
      conditions: { ...noConditions, pushed: outer.conditions.pushed || holdsConstant(statement) },
      ...neverRead(one, used),
    }),
  );
  return { draft: merge(...drafts), scope: { ...outer, expressions: all } };
}

function expressionEffects({ ctequery }: CommonTableExpr, scope: QueryScope): EffectDraft {
  return ctequery === undefined ? noEffect : scope.statement(ctequery, scope);
}

/** A query that nobody reads from is analysed but not planned; a change of rows runs in any case. */
function neverRead({ ctename, ctequery }: CommonTableExpr, used: ReadonlySet<string>): Partial<QueryScope> {
  if (!isQuery(ctequery)) return {};
  return used.has(ctename ?? '') ? { certainty: 'possible' } : { phase: 'analysed' };
}

function isQuery(node: Node | undefined): boolean {
  return node !== undefined && 'SelectStmt' in node;
}

function relationNames(value: unknown, found = new Set<string>()): ReadonlySet<string> {
  if (Array.isArray(value)) for (const item of value) relationNames(item, found);
  else if (typeof value === 'object' && value !== null) {
    if ('relname' in value && typeof value.relname === 'string') found.add(value.relname);
    for (const field of Object.values(value)) relationNames(field, found);
  }
  return found;
}
