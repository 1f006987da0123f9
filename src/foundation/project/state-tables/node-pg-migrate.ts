import { appliedEntry, type StateTable } from '../state-table.js';

/** node-pg-migrate: one row with the file's name, without its ending, for each applied migration. */
export const nodePgMigrateTable: StateTable = {
  locate: () => ({ schema: null, name: 'pgmigrations' }),
  columns: ['id', 'name', 'run_on'],
  orderBy: ['run_on', 'id'],
  gaps: () => 'refuses',
  read: (rows, subject) => rows.map((row) => appliedEntry(row['name'] ?? '', subject)),
};
