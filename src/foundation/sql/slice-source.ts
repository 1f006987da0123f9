import { endOfBlockComment, endOfDollarQuote, endOfEscapeString, endOfLine, endOfQuoted, wordAt } from './lexer.js';

/** Positions in a tree count bytes of UTF-8. */
export function characterAt(sql: string, byte: number): number {
  return Buffer.from(sql).subarray(0, byte).toString().length;
}

/** Behind a qualified name, the `*` that may follow it and the parenthesis that closes ONLY (…). */
export function endOfName(sql: string, start: number): number {
  let at = start;
  while (at < sql.length) {
    const next = sql[at] === '"' ? endOfQuoted(sql, at) : at + (wordAt(sql, at)?.length ?? 0);
    const dot = /^\s*\.\s*/.exec(sql.slice(next))?.[0];
    if (dot === undefined) return next + (/^\s*[*)]/.exec(sql.slice(next))?.[0].length ?? 0);
    at = next + dot.length;
  }
  return at;
}

/** A piece of a statement, without the white space around it. */
export interface Part {
  readonly text: string;
  readonly start: number;
}

/** Commas inside parentheses, brackets, quotes and comments part nothing. */
export function splitAtCommas(sql: string, start: number, end: number): readonly Part[] {
  const parts: Part[] = [];
  let depth = 0;
  let from = start;
  let at = start;
  while (at < end) {
    const character = sql[at] as string;
    if (character === ',' && depth === 0) {
      parts.push(partOf(sql, from, at));
      from = at + 1;
    }
    if ('(['.includes(character)) depth += 1;
    if (')]'.includes(character)) depth -= 1;
    at = endOfToken(sql, at);
  }
  return [...parts, partOf(sql, from, end)];
}

/** Where the parenthesis that opens at `open` is closed; the text's end if it never is. */
export function closingParenthesis(sql: string, open: number): number {
  let depth = 0;
  for (let at = open; at < sql.length; at = endOfToken(sql, at)) {
    if (sql[at] === '(') depth += 1;
    if (sql[at] === ')') depth -= 1;
    if (depth === 0) return at;
  }
  return sql.length;
}

function partOf(sql: string, from: number, to: number): Part {
  const piece = sql.slice(from, to);
  return { text: piece.trim(), start: from + piece.length - piece.trimStart().length };
}

/** Behind a quoted text, a comment or a word; else behind one character. */
function endOfToken(sql: string, at: number): number {
  const character = sql[at] as string;
  if (character === "'" || character === '"') return endOfQuoted(sql, at);
  if (character === '$') return endOfDollarQuote(sql, at) ?? at + 1;
  if (sql.startsWith('--', at)) return endOfLine(sql, at);
  if (sql.startsWith('/*', at)) return endOfBlockComment(sql, at);
  const word = wordAt(sql, at);
  if (word === null) return at + 1;
  return /^e$/i.test(word) && sql[at + 1] === "'" ? endOfEscapeString(sql, at + 1) : at + word.length;
}

/** Where a bare word stands outside of parentheses, quotes and comments; null where it does not. */
export function findWord(sql: string, word: string, start = 0): number | null {
  let depth = 0;
  for (let at = start; at < sql.length; at = endOfToken(sql, at)) {
    if (sql[at] === '(') depth += 1;
    if (sql[at] === ')') depth -= 1;
    if (depth === 0 && wordAt(sql, at)?.toLowerCase() === word) return at;
  }
  return null;
}

/** A piece of a text, fit to stand before other words: a comment at its end is closed by a line break. */
export function cutOut(sql: string, start: number, end = sql.length): string {
  const piece = sql.slice(start, end).trim();
  return piece.includes('--') ? `${piece}\n` : piece;
}
