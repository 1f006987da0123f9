import { closingParenthesis, findWord } from '../../../../../foundation/sql/slice-source.js';

/** What stands in the parentheses behind CHECK, as it is written; null where none is found. */
export function checkExpression(clause: string): string | null {
  const at = findWord(clause, 'check');
  const open = at === null ? -1 : clause.indexOf('(', at);
  return open < 0 ? null : clause.slice(open + 1, closingParenthesis(clause, open));
}
