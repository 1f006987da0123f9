import type { IndexElem } from '@pgsql/types';
import { quoteIdentifier } from '../../../../../foundation/sql/quote-identifier.js';
import { closingParenthesis } from '../../../../../foundation/sql/slice-source.js';

/**
 * What an element of an index is made of, from its text. An expression is a call, or stands in parentheses; behind it come
 * collation, operator class and order.
 */
export function keyText({ name }: IndexElem, text: string): string {
  if (name !== undefined) return `c.${quoteIdentifier(name)}`;
  return text.slice(0, closingParenthesis(text, text.indexOf('(')) + 1);
}
