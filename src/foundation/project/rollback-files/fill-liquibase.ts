import type { Migration } from '../../../model/migration.js';
import { terminated } from './render-rollback.js';
import type { RollbackText } from './rollback-text.js';

const changeset = /^\s*--\s*changeset\b/i;
const rollback = /^\s*(?:--\s*rollback\b|\/\*\s*liquibase\s*rollback\b)/i;

/** Adds `--rollback` lines at the end of a changeset; Liquibase counts them in no checksum. */
export function fillLiquibase(fileText: string, migration: Migration, text: RollbackText): string {
  const lines = fileText.split('\n');
  const { start, end } = changesetLines(lines, migration);
  const used = start + lines.slice(start, end).findLastIndex((line) => line.trim() !== '') + 1;
  const body = terminated(text.parts.flatMap((part) => part.statements));
  const added = body
    .flatMap((sql) => sql.split('\n').filter((line) => line.trim() !== ''))
    .map((line) => `--rollback ${line}`);
  const rest = lines.slice(used);
  return [...lines.slice(0, used), ...added, ...(rest.length === 0 ? [''] : rest)].join('\n');
}

/** Whether the changeset of a migration says anything about a rollback. */
export function hasLiquibaseRollback(fileText: string, migration: Migration): boolean {
  const lines = fileText.split('\n');
  const { start, end } = changesetLines(lines, migration);
  return lines.slice(start, end).some((line) => rollback.test(line));
}

/** From the line behind the changeset's own to that of the next, counted from 0. */
function changesetLines(lines: readonly string[], { statements }: Migration) {
  const first = (statements[0]?.span.line ?? 1) - 1;
  const start = lines.slice(0, first + 1).findLastIndex((line) => changeset.test(line)) + 1;
  const next = lines.findIndex((line, at) => at >= start && changeset.test(line));
  return { start, end: next < 0 ? lines.length : next };
}
