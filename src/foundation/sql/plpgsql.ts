import type { DefElem, Node } from '@pgsql/types';
import { endOfBlockComment, endOfLine } from './lexer.js';
import { askParser, parseStatement } from './parse.js';
import { isTooDeep } from './parse-depth.js';
import { readDynamicText } from './plpgsql-dynamic.js';
import { type PlpgsqlEnclosure, type PlpgsqlPiece, plpgsqlPieces } from './plpgsql-tree.js';

interface EmbeddedPlace {
  /** 1-based, counted from the first line of the text that holds the body. */
  readonly line: number;
  /** What the statement stands in, outermost first. Not empty: it may run never, once or often, or be rolled back. */
  readonly within: readonly PlpgsqlEnclosure[];
}

/**
 * One piece of SQL inside a PL/pgSQL body:
 * - `static`: SQL as it stands, without INTO; names in it may be variables. Expressions stand behind a SELECT;
 * - `dynamic`: EXECUTE of a text that is known in full;
 * - `template`: EXECUTE of a text with parts that only the running code knows; `unknownPart` stands for them;
 * - `opaque`: EXECUTE of a text of which nothing is known but the expression that yields it;
 * - `commit`, `rollback`: the code ends the transaction.
 */
export type EmbeddedStatement = EmbeddedPlace &
  (
    | { readonly kind: 'static' | 'dynamic' | 'template'; readonly sql: string }
    | { readonly kind: 'opaque'; readonly expression: string }
    | { readonly kind: 'commit' | 'rollback' }
  );

export type PlpgsqlBody =
  | { readonly ok: true; readonly statements: readonly EmbeddedStatement[] }
  | { readonly ok: false; readonly reason: string };

/**
 * The SQL inside the body of a DO, CREATE FUNCTION or CREATE PROCEDURE statement in PL/pgSQL, given as a whole (its
 * parameters and result decide what the body may say). `ok` is false, with "not analysed" and why, for other languages
 * and for what the parser does not take. Needs `loadParser()` first.
 */
export function parsePlpgsql(sql: string): PlpgsqlBody {
  const parsed = parseStatement(sql);
  if (!parsed.ok) return refusal(parsed.message);
  const stmt = parsed.tree.stmts?.length === 1 ? parsed.tree.stmts[0]?.stmt : undefined;
  const code = stmt === undefined ? null : codeOf(stmt);
  if (code === null) return refusal('it has no body in quotes');
  if (code.language !== 'plpgsql') return refusal(`a body in the language ${code.language}`);
  const start = bodyStart(sql, code.location);
  const tree = parseBody(sql, start);
  if ('reason' in tree) return refusal(tree.reason);
  const linesBefore = sql.slice(0, start).split('\n').length - 1;
  const statements = plpgsqlPieces(JSON.parse(tree.json)).flatMap(embedded);
  return { ok: true, statements: statements.map((item) => ({ ...item, line: item.line + linesBefore })) };
}

function refusal(why: string): PlpgsqlBody {
  return { ok: false, reason: why.startsWith('not analysed') ? why : `not analysed: ${why}` };
}

function embedded({ kind, text, line, within }: PlpgsqlPiece): readonly EmbeddedStatement[] {
  const place = { line, within };
  switch (kind) {
    case 'commit':
    case 'rollback':
      return [{ kind, ...place }];
    case 'statement':
      return [{ kind: 'static', sql: text, ...place }];
    case 'expression':
      // Without brackets there is neither a subquery nor a call: it touches nothing.
      return text.includes('(') ? [{ kind: 'static', sql: `SELECT ${text}`, ...place }] : [];
    case 'dynamic': {
      const known = readDynamicText(text);
      if (known === null) return [{ kind: 'opaque', expression: text, ...place }];
      return [{ kind: known.complete ? 'dynamic' : 'template', sql: known.sql, ...place }];
    }
    default:
      return kind satisfies never;
  }
}

interface Code {
  readonly language: string;
  /** UTF-8 offset of the body's AS, or of the body itself. */
  readonly location: number;
}

function codeOf(stmt: Node): Code | null {
  const options =
    'DoStmt' in stmt ? stmt.DoStmt.args : 'CreateFunctionStmt' in stmt ? stmt.CreateFunctionStmt.options : [];
  const elements = (options ?? []).flatMap((option): DefElem[] => ('DefElem' in option ? [option.DefElem] : []));
  const body = elements.find(({ defname }) => defname === 'as');
  if (body === undefined) return null;
  const language = elements.find(({ defname }) => defname === 'language')?.arg;
  const name = language !== undefined && 'String' in language ? (language.String.sval ?? '') : undefined;
  // CREATE FUNCTION without a language means SQL, DO means PL/pgSQL.
  return { language: name ?? ('DoStmt' in stmt ? 'plpgsql' : 'sql'), location: body.location ?? 0 };
}

/** UTF-16 offset of the quote that opens the body. */
function bodyStart(sql: string, location: number): number {
  let at = Buffer.from(sql).toString('utf8', 0, location).length;
  if (/^as\b/i.test(sql.slice(at, at + 3))) at += 2;
  while (at < sql.length) {
    if (sql.startsWith('--', at)) at = endOfLine(sql, at);
    else if (sql.startsWith('/*', at)) at = endOfBlockComment(sql, at);
    else if (/\s/.test(sql.charAt(at))) at += 1;
    else break;
  }
  return at;
}

function parseBody(sql: string, start: number): { readonly json: string } | { readonly reason: string } {
  const first = askForBody(sql);
  if ('json' in first) return first;
  const plain = withoutRowTypes(sql, start);
  return plain === sql ? first : askForBody(plain);
}

function askForBody(sql: string): { readonly json: string } | { readonly reason: string } {
  const answer = askParser(sql, (instance) => instance.parsePlpgsql(sql));
  if ('cursor' in answer) return { reason: answer.message };
  return isTooDeep(sql, answer.json) ? { reason: 'nested too deeply' } : answer;
}

const tokenOrRowType = /'(?:[^']|'')*'|--[^\n]*|\/\*[\s\S]*?\*\/|(\$\w*\$)[\s\S]*?\1|"[^"]*"|%\s*rowtype\b/gi;

/**
 * Without a catalog the parser takes `tab%ROWTYPE` for a scalar and refuses `variable.field`; it takes plain `tab` for a
 * row. Blanks keep the places. Only in a dollar-quoted body, where strings look as usual.
 */
function withoutRowTypes(sql: string, start: number): string {
  const tag = /^\$\w*\$/.exec(sql.slice(start, start + 70))?.[0];
  if (tag === undefined) return sql;
  const bodyAt = start + tag.length;
  const body = sql
    .slice(bodyAt)
    .replace(tokenOrRowType, (token) => (token.startsWith('%') ? token.replace(/\S/g, ' ') : token));
  return sql.slice(0, bodyAt) + body;
}
