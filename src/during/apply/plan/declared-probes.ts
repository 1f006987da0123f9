import { readComments } from '../../../foundation/sql/read-comments.js';
import type { Statement } from '../../../model/sql-text.js';

const declaration = /^lockkeeper:\s*probe\s+([\s\S]+?);?$/;

/**
 * `-- lockkeeper: probe SELECT …` before a statement: a query that is true once the statement took effect.
 * Statements by their line.
 */
export function declaredProbes(text: string, statements: readonly Statement[]): ReadonlyMap<Statement, string> {
  const probes = new Map<Statement, string>();
  for (const comment of readComments(text)) {
    const sql = declaration.exec(comment.text)?.[1]?.trim();
    const next = statements.find(({ span }) => span.line >= comment.line);
    if (sql !== undefined && next !== undefined) probes.set(next, sql);
  }
  return probes;
}
