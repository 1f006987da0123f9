import {
  endOfBlockComment,
  endOfDollarQuote,
  endOfEscapeString,
  endOfLine,
  endOfQuoted,
  wordAt,
} from '../../../foundation/sql/lexer.js';

/** The text of an UPDATE or DELETE, cut at its own WHERE and RETURNING. */
export interface CutStatement {
  readonly head: string;
  /** Without the word WHERE; null when it has none. */
  readonly where: string | null;
  /** RETURNING and what follows; empty without. */
  readonly tail: string;
}

export function cutAtWhere(sql: string): CutStatement {
  const words = outermostWords(sql);
  const where = words.find(({ word }) => word === 'where');
  const returning = words.findLast(({ word, at }) => word === 'returning' && at > (where?.at ?? 0));
  const end = returning?.at ?? sql.length;
  return {
    head: sql.slice(0, where?.at ?? end).trim(),
    where: where === undefined ? null : sql.slice(where.at + 'where'.length, end).trim(),
    tail: sql.slice(end).trim(),
  };
}

interface Word {
  readonly word: string;
  readonly at: number;
}

/** Bare words that stand in no brackets, in lower case. */
function outermostWords(sql: string): readonly Word[] {
  const words: Word[] = [];
  let depth = 0;
  for (let at = 0; at < sql.length; ) {
    const word = wordAt(sql, at);
    const end = word === null ? endOfOther(sql, at) : at + word.length;
    if (word !== null && depth === 0) words.push({ word: word.toLowerCase(), at });
    if (sql[at] === '(') depth += 1;
    if (sql[at] === ')') depth -= 1;
    // The quote of an E'' string belongs to the word before it.
    at = word?.toLowerCase() === 'e' && sql[end] === "'" ? endOfEscapeString(sql, end) : end;
  }
  return words;
}

function endOfOther(sql: string, at: number): number {
  const character = sql[at];
  if (character === "'" || character === '"') return endOfQuoted(sql, at);
  if (sql.startsWith('--', at)) return endOfLine(sql, at) + 1;
  if (sql.startsWith('/*', at)) return endOfBlockComment(sql, at);
  return (character === '$' ? endOfDollarQuote(sql, at) : null) ?? at + 1;
}
