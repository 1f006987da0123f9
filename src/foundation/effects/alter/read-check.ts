import type { Node } from '@pgsql/types';
import { parseStatement } from '../../sql/parse.js';

/** The expression of a CHECK as pg_get_constraintdef writes it; null when it cannot be read. */
export function readCheck(definition: string): Node | null {
  const [, body] = /^CHECK \(([\s\S]*)\)(?: NO INHERIT| NOT VALID| NOT ENFORCED)*$/.exec(definition) ?? [];
  return body === undefined ? null : readExpression(body);
}

/** Null when it cannot be read. */
export function readExpression(text: string): Node | null {
  const parsed = parseStatement(`SELECT ${text}`);
  if (!parsed.ok) return null;
  const statement = parsed.tree.stmts?.[0]?.stmt;
  const target =
    statement !== undefined && 'SelectStmt' in statement ? statement.SelectStmt.targetList?.[0] : undefined;
  return target !== undefined && 'ResTarget' in target ? (target.ResTarget.val ?? null) : null;
}

/** The parts of which all have to be true. */
export function conjuncts(expression: Node): readonly Node[] {
  return 'BoolExpr' in expression && expression.BoolExpr.boolop === 'AND_EXPR'
    ? (expression.BoolExpr.args ?? []).flatMap(conjuncts)
    : [expression];
}

/** The name of a column that stands bare or in a cast that changes nothing; null for all else. */
export function columnName(expression: Node | undefined): string | null {
  if (expression === undefined) return null;
  if ('TypeCast' in expression) return columnName(expression.TypeCast.arg);
  if (!('ColumnRef' in expression)) return null;
  const last = expression.ColumnRef.fields?.at(-1);
  return last !== undefined && 'String' in last ? (last.String.sval ?? null) : null;
}
