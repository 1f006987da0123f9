import type { Statement } from '../../model/sql-text.js';
import { type ParsedStatement, parseStatement } from './parse.js';

/** Trees as long as someone holds their statements. */
const known = new WeakMap<Statement, ParsedStatement>();

/** As `parseStatement`, for a statement that is asked for again: several rooms look at the same trees. */
export function parseOnce(statement: Statement): ParsedStatement {
  const remembered = known.get(statement);
  if (remembered !== undefined) return remembered;
  const parsed = parseStatement(statement.sql);
  // What is too long for now may be parsed ahead later.
  if (parsed.ok) known.set(statement, parsed);
  return parsed;
}
