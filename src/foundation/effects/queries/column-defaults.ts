import type { InsertStmt, Node } from '@pgsql/types';
import type { SchemaColumn, SchemaRelation } from '../../../model/schema.js';
import { parseStatement } from '../../sql/parse.js';
import { handleOf } from '../effect-context.js';
import { type EffectDraft, lock, merge, noEffect } from '../effect-draft.js';
import { perhaps, type QueryScope, whenRun } from './query-scope.js';
import { expressionEffects } from './walk-expression.js';

export interface InsertedValues {
  /** Columns that get values, in order; null when that is not known. */
  readonly columns: readonly string[] | null;
  /** The rows of VALUES; null when they come from elsewhere. */
  readonly rows: readonly (readonly Node[])[] | null;
  readonly overriding: InsertStmt['override'] | null;
}

/** What defaults do where no value is given: they take numbers from sequences and call functions. */
export function columnDefaults(table: SchemaRelation, values: InsertedValues, scope: QueryScope): EffectDraft {
  return merge(
    ...table.columns.map((column) => {
      const use = useOfDefault(column, values);
      return use === 'no' ? noEffect : defaultEffects(table, column, use === 'yes' ? scope : perhaps(scope));
    }),
  );
}

/** SET column = DEFAULT. */
export function assignedDefaults(
  table: SchemaRelation,
  targets: readonly Node[] | undefined,
  scope: QueryScope,
): EffectDraft {
  const names = new Set(
    (targets ?? []).flatMap((node) =>
      'ResTarget' in node && node.ResTarget.val !== undefined && 'SetToDefault' in node.ResTarget.val
        ? (node.ResTarget.name ?? [])
        : [],
    ),
  );
  const columns = table.columns.filter(({ name }) => names.has(name));
  return merge(...columns.map((column) => defaultEffects(table, column, scope)));
}

function useOfDefault(column: SchemaColumn, { columns, rows, overriding }: InsertedValues): 'yes' | 'perhaps' | 'no' {
  if (columns === null) return rows === null && column.default === null && !column.identity ? 'no' : 'perhaps';
  if (column.identity && overriding === 'OVERRIDING_USER_VALUE') return 'yes';
  const position = columns.indexOf(column.name);
  if (position < 0) return 'yes';
  return rows?.some((row) => row[position] !== undefined && 'SetToDefault' in row[position]) === true ? 'yes' : 'no';
}

function defaultEffects(table: SchemaRelation, column: SchemaColumn, scope: QueryScope): EffectDraft {
  if (column.identity) {
    const owned = scope.context.graph?.sequencesOwnedBy(table.oid) ?? [];
    const own = owned.filter(({ ownedBy }) => ownedBy?.column === column.name);
    return whenRun(scope, () => merge(...own.map((sequence) => lock(handleOf(sequence), 'RowExclusiveLock'))));
  }
  if (column.default === null || column.generated !== null || !column.default.includes('(')) return noEffect;
  const parsed = parseStatement(`SELECT ${column.default}`);
  return parsed.ok ? expressionEffects(parsed.tree.stmts, scope) : noEffect;
}
