import { splitScript } from '../../../../../src/foundation/sql/split-script.js';
import type { Migration } from '../../../../../src/model/migration.js';

/** A migration of one file; statement by statement, or in one transaction. */
export function migrationOf(sql: string, mode: 'single' | 'implicit' | 'none' = 'none'): Migration {
  const path = '0001_change.sql';
  return {
    id: path,
    name: path,
    path,
    transaction: { mode, reason: 'the test says so' },
    statements: splitScript(sql, { path, firstLine: 1 }),
    down: null,
    repeatable: false,
    claims: [],
    sources: [],
  };
}
