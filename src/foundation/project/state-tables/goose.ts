import { appliedEntry, parseTableName, settingIn, type StateTable } from '../state-table.js';

/** goose: a row for each time a version was applied, and in old versions for each time it was taken back; the last counts. */
export const gooseTable: StateTable = {
  locate: ({ file, variables }) =>
    parseTableName(variables['GOOSE_TABLE'] || settingIn(file('.env'), 'GOOSE_TABLE') || 'goose_db_version'),
  columns: ['id', 'version_id', 'is_applied'],
  orderBy: ['id'],
  gaps: () => 'refuses',
  read: (rows, subject) =>
    rows
      // Version 0 only says that the table is there.
      .filter((row) => row['version_id'] !== '0')
      .map((row) => ({
        ...appliedEntry(row['version_id'] ?? '', subject),
        state: row['is_applied'] === 'true' ? 'applied' : 'absent',
      })),
};
