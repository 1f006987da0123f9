import { appliedEntry, parseTableName, settingIn, type StateTable } from '../state-table.js';

const variable = 'DBMATE_MIGRATIONS_TABLE';

/** dbmate: one row with the version of each applied migration; nothing says how or whether its text has changed. */
export const dbmateTable: StateTable = {
  locate: ({ file, variables }) =>
    parseTableName(variables[variable] || settingIn(file('.env'), variable) || 'schema_migrations'),
  columns: ['version'],
  orderBy: ['version'],
  gaps: () => 'applies',
  read: (rows, subject) => rows.map((row) => appliedEntry(row['version'] ?? '', subject)),
};
