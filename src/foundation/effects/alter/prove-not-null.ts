import type { Node } from '@pgsql/types';
import { columnName } from './read-check.js';

/** Whether rows that pass this CHECK cannot hold a null there. A comparison proves nothing: a CHECK lets null pass. */
export function provesNotNull(expression: Node | null, column: string): boolean {
  if (expression === null) return false;
  if ('BoolExpr' in expression) {
    const { boolop, args } = expression.BoolExpr;
    if (boolop === 'NOT_EXPR') return isNullTest(args?.[0], 'IS_NULL', column);
    const proves = (args ?? []).map((arg) => provesNotNull(arg, column));
    return boolop === 'AND_EXPR' ? proves.includes(true) : proves.length > 0 && !proves.includes(false);
  }
  return isNullTest(expression, 'IS_NOT_NULL', column);
}

function isNullTest(expression: Node | undefined, type: 'IS_NULL' | 'IS_NOT_NULL', column: string): boolean {
  return (
    expression !== undefined &&
    'NullTest' in expression &&
    expression.NullTest.nulltesttype === type &&
    columnName(expression.NullTest.arg) === column
  );
}
