import type { Statement } from '../../model/sql-text.js';
import type { StatementError } from '../../model/trace.js';
import { asServerError } from '../postgres/server-error.js';

/** Places a failure of one statement in its file: line and column by the server's 1-based character position. */
export function placeError(statement: Statement, error: unknown): StatementError {
  const server = asServerError(error);
  const position = server?.position === undefined ? 1 : Number(server.position);
  const before = [...statement.sql].slice(0, Math.max(0, position - 1)).join('');
  const lines = before.split(/\r\n|\n|\r/);
  const lastLine = lines.at(-1) ?? '';
  const firstColumn = lines.length === 1 ? statement.span.column : 1;
  const source = statement.sql.split(/\r\n|\n|\r/)[lines.length - 1] ?? '';
  return {
    code: server?.code ?? null,
    message: server?.message ?? `The connection was lost: ${error instanceof Error ? error.message : String(error)}`,
    detail: server?.detail ?? null,
    hint: server?.hint ?? null,
    path: statement.span.path,
    line: statement.span.line + lines.length - 1,
    column: firstColumn + [...lastLine].length,
    excerpt: `${source}\n${lastLine.replace(/[^\t]/gu, ' ')}^`,
  };
}
