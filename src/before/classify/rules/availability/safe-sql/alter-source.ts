import type { AlterTableStmt } from '@pgsql/types';
import {
  endOfBlockComment,
  endOfDollarQuote,
  endOfEscapeString,
  endOfLine,
  endOfQuoted,
  wordAt,
} from '../../../../../foundation/sql/lexer.js';
import type { JudgedStatement } from '../../../judged-statement.js';

/** An ALTER TABLE taken apart along its own text, so that it can be put together otherwise without printing a tree. */
export interface AlterSource {
  /** `ALTER TABLE ONLY orders`, as it stands there. */
  readonly head: string;
  /** The text of each sub-command, in their order. */
  readonly clauses: readonly string[];
  /** Where each begins in the statement. */
  readonly starts: readonly number[];
  readonly sql: string;
}

/** Null where the text at hand is not that of the statement alone: inside a body. */
export function alterSource({ statement, inside }: JudgedStatement, alter: AlterTableStmt): AlterSource | null {
  const { sql } = statement;
  if (inside !== null || alter.relation?.location === undefined) return null;
  const start = endOfName(sql, characterAt(sql, alter.relation.location));
  const parts = splitAtCommas(sql, start, sql.length);
  if (parts.length !== (alter.cmds ?? []).length) return null;
  return {
    head: sql.slice(0, start).trimEnd(),
    clauses: parts.map(({ text }) => text),
    starts: parts.map((part) => part.start),
    sql,
  };
}

/** The statement with some of its sub-commands in other words, or without them (null); '' when none is left. */
export function withClauses({ head, clauses }: AlterSource, changes: ReadonlyMap<number, string | null>): string {
  const kept = clauses.flatMap((clause, index) => {
    const changed = changes.get(index);
    return changed === null ? [] : [changed ?? clause];
  });
  return kept.length === 0 ? '' : `${head} ${kept.join(', ')};`;
}

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
