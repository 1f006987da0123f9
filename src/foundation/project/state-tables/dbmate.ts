import { command, createSchema, deleteRows, insertRow, nameOf, type StateWriting } from '../state-writing.js';
import { appliedEntry, parseTableName, settingIn, type StateTable } from '../state-table.js';

const variable = 'DBMATE_MIGRATIONS_TABLE';

/** dbmate knows no lock: two at once race for the row's key, and the second one's transaction fails. */
const writing: StateWriting = {
  createTable: (context) => [
    ...createSchema(context),
    command(`CREATE TABLE IF NOT EXISTS ${nameOf(context.table)} (version varchar PRIMARY KEY)`),
  ],
  recordApplied: ({ migration }, { table }) => [insertRow(table, { version: migration.id })],
  recordReverted: (migration, { table }) => [deleteRows(table, { version: migration.id })],
  lock: () => null,
};

/** dbmate: one row with the version of each applied migration; nothing says how or whether its text has changed. */
export const dbmateTable: StateTable = {
  locate: ({ file, variables }) =>
    parseTableName(variables[variable] || settingIn(file('.env'), variable) || 'schema_migrations'),
  columns: ['version'],
  orderBy: ['version'],
  gaps: () => 'applies',
  read: (rows, subject) => rows.map((row) => appliedEntry(row['version'] ?? '', subject)),
  writing,
};
