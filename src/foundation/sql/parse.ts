import { setFlagsFromString } from 'node:v8';
import type { ParseResult } from '@pgsql/types';

/** The syntax tree of one statement, or why there is none. */
export type ParsedStatement =
  | { readonly ok: true; readonly tree: ParseResult }
  | {
      readonly ok: false;
      readonly message: string;
      /** 0-based position in characters where the parser stopped; null when it never started. */
      readonly cursor: number | null;
    };

type Parser = typeof import('libpg-query');

let loaded: Promise<Parser> | null = null;
let parser: Parser | null = null;

/** Loads PostgreSQL's own parser (WebAssembly) once; afterwards `parseStatement` may be called. */
export async function loadParser(): Promise<void> {
  loaded ??= importParser();
  parser = await loaded;
}

async function importParser(): Promise<Parser> {
  // The optimising compiler would spend three times the CPU on a module that runs for milliseconds.
  setFlagsFromString('--liftoff-only');
  const library = await import('libpg-query');
  await library.loadModule();
  return library;
}

/** Texts beyond these sizes can overflow the parser's stack, which breaks its instance for good. */
const longestText = 64 * 1024;
const deepestNesting = 200;

/**
 * Parses one statement by the grammar of PostgreSQL 18, which also takes what older servers refuse.
 * Long or deeply nested texts are not analysed: `ok` is false and `cursor` null. Needs `loadParser()` first.
 */
export function parseStatement(sql: string): ParsedStatement {
  if (parser === null) throw new Error('parseStatement was called before loadParser had finished');
  if (sql.length > longestText) return { ok: false, message: 'not analysed: longer than 64 kB', cursor: null };
  if (sql.includes('\0')) return { ok: false, message: 'not analysed: it holds a NUL byte', cursor: null };
  if (nestingDepth(sql) > deepestNesting)
    return { ok: false, message: 'not analysed: nested too deeply', cursor: null };
  try {
    return { ok: true, tree: parser.parseSync(sql) };
  } catch (error) {
    const details = parser.hasSqlDetails(error) ? error.sqlDetails : undefined;
    const message = error instanceof Error ? error.message : String(error);
    return { ok: false, message, cursor: details?.cursorPosition ?? null };
  }
}

/** An upper bound: brackets and CASE in strings and comments count too. */
function nestingDepth(sql: string): number {
  let depth = 0;
  let deepest = 0;
  for (const [bracket] of sql.matchAll(/[([]|[)\]]|\b(?:case|end)\b/gi)) {
    depth += /[([]|case/i.test(bracket) ? 1 : -1;
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}
