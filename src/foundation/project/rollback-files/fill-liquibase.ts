import type { Migration } from '../../../model/migration.js';
import { terminated } from './render-rollback.js';
import type { RollbackText } from './rollback-text.js';

const changeset = /^\s*--\s*changeset\b/i;

/** Adds `--rollback` lines at the end of a changeset; Liquibase counts them in no checksum. */
export function fillLiquibase(fileText: string, { statements }: Migration, text: RollbackText): string {
  const lines = fileText.split('\n');
  const lastLine = statements.at(-1)?.span.endLine ?? 0;
  const next = lines.findIndex((line, at) => at >= lastLine && changeset.test(line));
  const end = next < 0 ? lines.length : next;
  const used = lines.slice(0, end).findLastIndex((line) => line.trim() !== '') + 1;
  const body = terminated(text.parts.flatMap((part) => part.statements));
  const rollback = body.flatMap((sql) => sql.split('\n').filter((line) => line.trim() !== ''));
  const added = rollback.map((line) => `--rollback ${line}`);
  const rest = lines.slice(used);
  return [...lines.slice(0, used), ...added, ...(rest.length === 0 ? [''] : rest)].join('\n');
}
