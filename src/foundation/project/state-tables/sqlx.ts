import { createHash } from 'node:crypto';
import { rawBytes } from '../raw-bytes.js';
import {
  parseTableName,
  settingIn,
  type StateEntry,
  type StateRow,
  type StateSubject,
  type StateTable,
} from '../state-table.js';

/** sqlx: a row with the SHA-384 of the file for each migration, `success` false while it runs and after it failed. */
export const sqlxTable: StateTable = {
  locate: ({ file }) => parseTableName(settingIn(file('sqlx.toml'), 'table-name') ?? '_sqlx_migrations'),
  columns: ['version', 'success', 'checksum'],
  orderBy: ['version'],
  gaps: () => 'applies',
  read: (rows, subject) => rows.map((row) => readRow(row, subject)),
};

function readRow(row: StateRow, { migrations, files }: StateSubject): StateEntry {
  const id = row['version'] ?? '';
  const migration = migrations.find((candidate) => candidate.id === id);
  const edited =
    migration !== undefined &&
    createHash('sha384').update(rawBytes(files, migration.path)).digest('hex') !== row['checksum']?.replace(/^\\x/, '');
  return { id, known: migration !== undefined, state: row['success'] === 'true' ? 'applied' : 'failed', edited };
}
