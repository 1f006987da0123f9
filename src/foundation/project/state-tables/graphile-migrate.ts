import { posix } from 'node:path';
import { parseGraphileText } from '../formats/graphile-migrate-text.js';
import { appliedEntry, type StateTable } from '../state-table.js';

/**
 * graphile-migrate: a row with the sealing hash for each committed migration. What of the uncommitted one has been tried
 * stands elsewhere and never counts: it runs again at each change.
 */
export const graphileMigrateTable: StateTable = {
  locate: () => ({ schema: 'graphile_migrate', name: 'migrations' }),
  columns: ['hash', 'previous_hash', 'filename', 'date'],
  orderBy: ['date', 'filename'],
  gaps: () => 'refuses',
  read: (rows, subject) =>
    rows.map((row) => {
      const filename = posix.basename(row['filename'] ?? '', '.sql');
      // The row has the number alone where the file's name goes on with a message.
      const id = /^\d+/.exec(filename)?.[0] ?? filename;
      const migration = subject.migrations.find((candidate) => candidate.id === id);
      const sealed =
        migration === undefined ? undefined : parseGraphileText(subject.files.text(migration.path)).headers.get('Hash');
      return { ...appliedEntry(id, subject), edited: sealed !== undefined && sealed !== row['hash'] };
    }),
};
