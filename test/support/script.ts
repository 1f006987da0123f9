import type { Migration } from '../../src/model/migration.js';
import type { TransactionMode } from '../../src/model/sql-text.js';

/** A migration from statements given one by one, one to a line. */
export function migrationOf(id: string, statements: readonly string[], mode: TransactionMode = 'single'): Migration {
  return {
    id,
    name: id,
    path: `${id}.sql`,
    transaction: { mode, reason: 'test' },
    statements: statements.map((sql, index) => ({
      sql,
      span: { path: `${id}.sql`, line: index + 1, column: 1, endLine: index + 1 },
      copyData: null,
    })),
    down: null,
    repeatable: false,
    claims: [],
    sources: [],
  };
}
