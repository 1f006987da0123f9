import type { SchemaConstraint, SchemaRelation } from '../../../model/schema.js';
import { parseStatement } from '../../sql/parse.js';
import type { EffectContext } from '../effect-context.js';
import { type EffectDraft, merge, noEffect } from '../effect-draft.js';
import type { QueryScope } from './query-scope.js';
import { expressionEffects } from './walk-expression.js';

/** CHECK constraints are computed for each row that is written; functions of users in them may read tables. */
export function checkEffects(table: SchemaRelation, scope: QueryScope): EffectDraft {
  const checks = (scope.context.graph?.constraints(table.oid) ?? []).filter(
    (one) => one.kind === 'check' && one.enforced && callsUsers(one, scope.context),
  );
  return merge(...checks.map((check) => expressionOf(check, scope)));
}

/** Most call nothing, or only what the server brings along: those need no parsing. */
function callsUsers({ definition }: SchemaConstraint, { graph, searchPath }: EffectContext): boolean {
  const names = [...definition.matchAll(/(?:(\w+)\.)?(\w+)\(/g)];
  return names.some(
    ([, schema, name = '']) => (graph?.findFunctions(schema ?? null, name, searchPath) ?? []).length > 0,
  );
}

function expressionOf({ definition }: SchemaConstraint, scope: QueryScope): EffectDraft {
  const parsed = parseStatement(`ALTER TABLE t ADD ${definition}`);
  return parsed.ok ? expressionEffects(parsed.tree.stmts, scope) : noEffect;
}
