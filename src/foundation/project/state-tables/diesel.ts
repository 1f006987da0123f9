import { appliedEntry, type StateTable } from '../state-table.js';

/** Diesel: one row with the version, without dashes, of each applied migration. */
export const dieselTable: StateTable = {
  locate: () => ({ schema: null, name: '__diesel_schema_migrations' }),
  columns: ['version', 'run_on'],
  orderBy: ['run_on', 'version'],
  gaps: () => 'applies',
  read: (rows, subject) => rows.map((row) => appliedEntry(row['version'] ?? '', subject)),
};
