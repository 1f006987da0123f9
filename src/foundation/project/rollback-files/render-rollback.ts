import type { RollbackPart, RollbackText } from './rollback-text.js';

/** Lines as comments; an empty one stays a bare pair of dashes. */
export function commentLines(lines: readonly string[]): readonly string[] {
  return lines.flatMap((line) => line.split(/\r?\n/)).map((line) => `-- ${line}`.trimEnd());
}

/** For psql, or whoever else sends a file as it stands: transactions are opened and ended in the text. */
export function renderForPsql({ header, parts, verification, footer }: RollbackText): string {
  const last = parts.length - 1;
  const blocks = parts.flatMap((part, at) => renderPart(part, at === last ? verification : [], parts.length > 1));
  const checks = parts.length === 0 ? terminated(verification) : [];
  return joined([commentLines(header).join('\n'), ...blocks, ...checks, commentLines(footer).join('\n')]);
}

function renderPart(part: RollbackPart, checks: readonly string[], divided: boolean): readonly string[] {
  const verification =
    checks.length === 0 ? [] : [`-- Verification: every line has to say true.\n${terminated(checks).join('\n')}`];
  if (!part.transactional) {
    const mark =
      '-- Outside a transaction, for PostgreSQL refuses what follows inside one: run it again if it stops half-way.';
    return [mark, ...terminated(part.statements), ...verification];
  }
  const begin = divided ? '-- One transaction: all of this part, or nothing of it.\nBEGIN;' : 'BEGIN;';
  return [begin, ...terminated(part.statements), ...verification, 'COMMIT;'];
}

/** For a tool that opens the transaction itself, or sends all as one query: no statement but those of the rollback. */
export function renderForTool({ header, parts, verification, footer }: RollbackText): string {
  const statements = parts.flatMap((part) => part.statements);
  return joined([
    commentLines(header).join('\n'),
    ...terminated(statements),
    verificationComment(verification),
    commentLines(footer).join('\n'),
  ]);
}

/** A tool shows nobody what a query returns, so that the queries are there to be copied. */
export function verificationComment(verification: readonly string[]): string {
  if (verification.length === 0) return '';
  const queries = verification.flatMap((sql) => `${sql};`.split('\n'));
  return commentLines(['Verification, for psql: every line has to say true.', ...queries]).join('\n');
}

export function terminated(statements: readonly string[]): readonly string[] {
  return statements.map((sql) => `${endComment(sql)};`);
}

/** A semicolon behind a comment at the end would belong to the comment. */
function endComment(sql: string): string {
  const lastLine = sql.slice(sql.lastIndexOf('\n') + 1);
  return lastLine.includes('--') ? `${sql}\n` : sql;
}

export function joined(blocks: readonly string[]): string {
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}
