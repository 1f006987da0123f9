import { command, deleteRows, insertRow, nameOf, type StateWriting } from '../state-writing.js';
import { appliedEntry, type StateTable } from '../state-table.js';

/** Diesel leaves the time to the table's default, and locks nothing. */
const writing: StateWriting = {
  createTable: ({ table }) => [
    command(
      `CREATE TABLE IF NOT EXISTS ${nameOf(table)} (version varchar(50) PRIMARY KEY NOT NULL, run_on timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP)`,
    ),
  ],
  recordApplied: ({ migration }, { table }) => [insertRow(table, { version: migration.id })],
  recordReverted: (migration, { table }) => [deleteRows(table, { version: migration.id })],
  lock: () => null,
};

/** Diesel: one row with the version, without dashes, of each applied migration. */
export const dieselTable: StateTable = {
  locate: () => ({ schema: null, name: '__diesel_schema_migrations' }),
  columns: ['version', 'run_on'],
  orderBy: ['run_on', 'version'],
  gaps: () => 'applies',
  read: (rows, subject) => rows.map((row) => appliedEntry(row['version'] ?? '', subject)),
  writing,
};
