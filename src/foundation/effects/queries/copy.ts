import type { CopyStmt } from '@pgsql/types';
import { resolveRelation } from '../effect-context.js';
import { type EffectDraft, lock, merge, noEffect } from '../effect-draft.js';
import { columnDefaults } from './column-defaults.js';
import { perhaps, type QueryScope } from './query-scope.js';
import { policyEffects } from './read-relation.js';
import { routedRows } from './route-rows.js';
import { rowEffects } from './row-effects.js';
import { firedTriggers } from './triggers.js';
import { nameParts } from '../tree-names.js';
import { expressionEffects } from './walk-expression.js';
import { writeTarget } from './write-target.js';

/** COPY reads one table or query, or puts rows into one table; how many rows come in is not known. */
export function copyEffects(copy: CopyStmt, scope: QueryScope): EffectDraft {
  const { relation, query, attlist, is_from: isFrom, whereClause } = copy;
  if (query !== undefined) return scope.statement(query, scope);
  if (relation === undefined) return noEffect;
  if (isFrom !== true) {
    const found = resolveRelation(relation, scope.context);
    const policies = found?.facts?.rowSecurity === true ? policyEffects(found.facts, scope) : noEffect;
    return merge(lock(found, 'AccessShareLock'), policies);
  }
  const target = writeTarget(relation, ['insert'], scope);
  const named = (attlist ?? []).flatMap(nameParts);
  const rows = perhaps(scope);
  return merge(
    target.draft,
    ...target.tables.map((table) => {
      const columns = named.length > 0 ? named : table.columns.map(({ name }) => name);
      return merge(
        firedTriggers(table, { event: 'insert', columns: null, level: 'statement' }, scope),
        columnDefaults(table, { columns, rows: null, overriding: null }, rows),
        rowEffects(table, { event: 'insert', columns: null, certainty: 'possible' }, rows),
        routedRows(table, { columns, rows: null, given: () => 'unknown' }, rows),
      );
    }),
    expressionEffects(whereClause, rows),
  );
}
