import type { Node } from '@pgsql/types';

/** Whether a WHERE leaves no row out: there is none, or it is a constant that is true (`true`, `1 = 1`). */
export function meansEveryRow(condition: Node | undefined): boolean {
  if (condition === undefined) return true;
  if ('A_Const' in condition) return condition.A_Const.boolval?.boolval === true;
  if (!('A_Expr' in condition)) return false;
  const { lexpr, rexpr, name } = condition.A_Expr;
  const operator = name?.[0];
  if (operator === undefined || !('String' in operator) || operator.String.sval !== '=') return false;
  const left = integerOf(lexpr);
  return left !== null && left === integerOf(rexpr);
}

function integerOf(node: Node | undefined): number | null {
  if (node === undefined || !('A_Const' in node) || node.A_Const.ival === undefined) return null;
  return node.A_Const.ival.ival ?? 0;
}
