import type { Node, SelectStmt } from '@pgsql/types';
import type { SchemaRelation } from '../../../model/schema.js';
import { type EffectContext, resolveRelation } from '../effect-context.js';
import { constantOf } from './partition-values.js';
import type { QueryScope } from './query-scope.js';

/** Whether a query surely has a row, by the sizes that the catalog knows. */
export function yieldsRow(select: SelectStmt, scope: Pick<QueryScope, 'context' | 'expressions'>): boolean {
  const { op, larg, rarg, valuesLists, fromClause = [], whereClause, havingClause, limitCount, limitOffset } = select;
  if (havingClause !== undefined || !limitLeavesRows(limitCount, limitOffset)) return false;
  if (op === 'SETOP_UNION') {
    return [larg, rarg].some((arm) => arm !== undefined && yieldsRow(arm, scope));
  }
  if (op !== undefined && op !== 'SETOP_NONE') return false;
  if (valuesLists !== undefined) return true;
  if (whereClause !== undefined || select.withClause !== undefined) return false;
  return fromClause.every((item) => itemYieldsRow(item, scope));
}

function limitLeavesRows(count: Node | undefined, offset: Node | undefined): boolean {
  const limit = constantOf(count);
  return offset === undefined && (count === undefined || (limit !== null && Number(limit.text ?? '1') > 0));
}

function itemYieldsRow(item: Node, { context, expressions }: Pick<QueryScope, 'context' | 'expressions'>): boolean {
  if ('RangeFunction' in item) return isSeries(item.RangeFunction.functions ?? []);
  if ('RangeSubselect' in item) {
    const { subquery } = item.RangeSubselect;
    return (
      subquery !== undefined && 'SelectStmt' in subquery && yieldsRow(subquery.SelectStmt, { context, expressions })
    );
  }
  if (!('RangeVar' in item)) return false;
  const { relname = '', schemaname, inh } = item.RangeVar;
  if (schemaname === undefined && expressions.has(relname)) return false;
  const facts = resolveRelation(item.RangeVar, context)?.facts ?? null;
  return facts !== null && holdsRows(facts, inh === true, context);
}

/** generate_series with constants that leave something between them. */
function isSeries(functions: readonly Node[]): boolean {
  const text = JSON.stringify(functions);
  const match = /"generate_series".*?"ival":\{(?:"ival":(\d+))?\}.*?"ival":\{(?:"ival":(\d+))?\}/.exec(text);
  return match !== null && Number(match[1] ?? 0) <= Number(match[2] ?? 0) && !text.includes('"A_Expr"');
}

/** Whether the server counted rows in a table, or in what is below it, when it was last analysed. */
export function holdsRows(table: SchemaRelation, withBelow: boolean, { graph }: EffectContext): boolean {
  if (table.kind === 'table' || table.kind === 'matview') {
    if ((table.rows ?? 0) > 0) return true;
  }
  return (
    withBelow &&
    graph !== null &&
    graph.descendants(table.oid).some(({ kind, rows }) => kind === 'table' && (rows ?? 0) > 0)
  );
}
