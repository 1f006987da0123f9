import type { Statement } from '../../model/sql-text.js';
import type { StatementError } from '../../model/trace.js';
import { asServerError } from '../postgres/server-error.js';

export interface TextPlace {
  /** 1-based, within the text. */
  readonly line: number;
  readonly column: number;
  /** The line, and below it a caret under the column. */
  readonly excerpt: string;
}

const lineEnd = /\r\n|\n|\r/;

/** Finds the server's 1-based position, which counts characters, in a statement's text. */
export function placeInText(sql: string, position: number): TextPlace {
  const before = [...sql]
    .slice(0, Math.max(0, position - 1))
    .join('')
    .split(lineEnd);
  const lastLine = before.at(-1) ?? '';
  const source = sql.split(lineEnd)[before.length - 1] ?? '';
  const caret = `${lastLine.replace(/[^\t]/gu, ' ')}^`;
  return { line: before.length, column: [...lastLine].length + 1, excerpt: `${source}\n${caret}` };
}

/** Places a failure of one statement in its file. */
export function placeError(statement: Statement, error: unknown): StatementError {
  const server = asServerError(error);
  const { span } = statement;
  const { line, column, excerpt } = placeInText(statement.sql, Number(server?.position ?? 1));
  return {
    code: server?.code ?? null,
    message: server?.message ?? `The connection was lost: ${error instanceof Error ? error.message : String(error)}`,
    detail: server?.detail ?? null,
    hint: server?.hint ?? null,
    path: span.path,
    line: span.line + line - 1,
    column: line === 1 ? span.column + column - 1 : column,
    excerpt,
  };
}
