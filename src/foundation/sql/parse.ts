import type { ParseResult } from '@pgsql/types';
import { isTooDeep } from './parse-depth.js';
import { createParserInstance, type ParserAnswer, type ParserInstance } from './parser-instance.js';

/** The syntax tree of one statement, or why there is none. */
export type ParsedStatement =
  | { readonly ok: true; readonly tree: ParseResult }
  | {
      readonly ok: false;
      readonly message: string;
      /** 0-based position in characters where the parser stopped; null when the text was not analysed. */
      readonly cursor: number | null;
    };

/** Longer texts would hold up the main thread: a thread of their own parses them (see parser.ts). */
export const longestText = 64 * 1024;

/** An instance whose stack a text has overflowed works on; after some forty times it breaks, so it is replaced in time. */
const bearableOverflows = 10;
/** No chain of operators that is as short as this exhausts the stack. */
const harmlessText = 4 * 1024;

let loaded: Promise<void> | null = null;
let parser: ParserInstance | null = null;
let overflows = 0;
let replacement: Promise<void> | null = null;
const parsedAhead = new Map<string, ParsedStatement>();

/** Loads PostgreSQL's own parser (WebAssembly) once; afterwards `parseStatement` may be called. */
export async function loadParser(): Promise<void> {
  loaded ??= replaceParser();
  await loaded;
  await replacement;
}

async function replaceParser(): Promise<void> {
  parser = await createParserInstance();
  overflows = 0;
}

/**
 * Parses one statement by the grammar of PostgreSQL 18, which also takes what older servers refuse.
 * A text that is too long and was not parsed ahead, or whose tree is too deep to be walked, is not analysed: `ok` is
 * false and `cursor` null. Needs `loadParser()` first.
 */
export function parseStatement(sql: string): ParsedStatement {
  if (sql.length > longestText) return parsedAhead.get(sql) ?? notAnalysed('longer than 64 kB');
  const answer = askParser(sql, (instance) => instance.parse(sql));
  return 'cursor' in answer ? answer : toParsedStatement(sql, answer);
}

/** What the main thread does not parse itself, `parseStatement` answers from here. */
export function rememberParsed(sql: string, parsed: ParsedStatement): void {
  parsedAhead.set(sql, parsed);
}

export function forgetParsed(sql: string): void {
  parsedAhead.delete(sql);
}

export function notAnalysed(reason: string): Extract<ParsedStatement, { ok: false }> {
  return { ok: false, message: `not analysed: ${reason}`, cursor: null };
}

export const tooDeep = 'nested too deeply';

/** The grammar's own stack has an end, which says nothing of the text. */
export function explainObjection(message: string, cursor: number): Extract<ParsedStatement, { ok: false }> {
  return message.startsWith('memory exhausted') ? notAnalysed(tooDeep) : { ok: false, message, cursor };
}

export function toParsedStatement(sql: string, { json }: Extract<ParserAnswer, { ok: true }>): ParsedStatement {
  if (isTooDeep(sql, json)) return notAnalysed(tooDeep);
  const tree: ParseResult = JSON.parse(json);
  return { ok: true, tree };
}

/** Lets the instance of the main thread work on a short text; one that breaks is replaced. Needs `loadParser()` first. */
export function askParser(
  sql: string,
  ask: (instance: ParserInstance) => ParserAnswer,
): Extract<ParserAnswer, { ok: true }> | Extract<ParsedStatement, { ok: false }> {
  if (parser === null && replacement === null) throw new Error('the parser was called before loadParser had finished');
  if (sql === '') return notAnalysed('there is no text');
  if (sql.includes('\0')) return notAnalysed('it holds a NUL byte');
  if (parser === null || (overflows >= bearableOverflows && sql.length > harmlessText)) {
    return notAnalysed('the parser has not yet recovered from texts nested too deeply');
  }
  try {
    const answer = ask(parser);
    return answer.ok ? answer : explainObjection(answer.message, answer.cursor);
  } catch (error) {
    const isOverflow = error instanceof RangeError;
    if (isOverflow) overflows += 1;
    else parser = null;
    if (parser === null || overflows >= bearableOverflows) startReplacing();
    return notAnalysed(isOverflow ? tooDeep : 'the parser broke');
  }
}

function startReplacing(): void {
  replacement ??= replaceParser().finally(() => {
    replacement = null;
  });
}
