import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Migration } from '../../../model/migration.js';
import type { ProjectFiles } from '../project-files.js';
import { rawBytes } from '../raw-bytes.js';
import {
  advisoryLock,
  command,
  createSchema,
  deleteRows,
  insertRow,
  nameOf,
  type StateWriting,
} from '../state-writing.js';
import {
  parseTableName,
  settingIn,
  type StateEntry,
  type StateRow,
  type StateSubject,
  type StateTable,
} from '../state-table.js';

/** Multiplies the checksum of the database's name. */
const lockFactor = 0x3d32ad9en;

const writing: StateWriting = {
  createTable: (context) => [
    ...createSchema(context),
    command(`CREATE TABLE IF NOT EXISTS ${nameOf(context.table)} (
  version bigint PRIMARY KEY,
  description text NOT NULL,
  installed_on timestamptz NOT NULL DEFAULT pg_catalog.now(),
  success boolean NOT NULL,
  checksum bytea NOT NULL,
  execution_time bigint NOT NULL
)`),
  ],
  recordApplied: ({ migration, durationMs }, { table, subject }) => [
    insertRow(table, {
      version: migration.id,
      description: migration.name,
      success: true,
      checksum: { expression: "pg_catalog.decode(?, 'hex')", value: checksumOf(migration, subject.files) },
      // In nanoseconds.
      execution_time: String(Math.round(durationMs * 1e6)),
    }),
  ],
  recordReverted: (migration, { table }) => [deleteRows(table, { version: migration.id })],
  lock: ({ database }) => advisoryLock([lockFactor * BigInt(crc32(database))], true),
};

function checksumOf({ path }: Migration, files: ProjectFiles): string {
  return createHash('sha384').update(rawBytes(files, path)).digest('hex');
}

/** sqlx: a row with the SHA-384 of the file for each migration, `success` false while it runs and after it failed. */
export const sqlxTable: StateTable = {
  locate: ({ file }) => parseTableName(settingIn(file('sqlx.toml'), 'table-name') ?? '_sqlx_migrations'),
  columns: ['version', 'success', 'checksum'],
  orderBy: ['version'],
  gaps: () => 'applies',
  read: (rows, subject) => rows.map((row) => readRow(row, subject)),
  writing,
};

function readRow(row: StateRow, { migrations, files }: StateSubject): StateEntry {
  const id = row['version'] ?? '';
  const migration = migrations.find((candidate) => candidate.id === id);
  const edited = migration !== undefined && checksumOf(migration, files) !== row['checksum']?.replace(/^\\x/, '');
  return { id, known: migration !== undefined, state: row['success'] === 'true' ? 'applied' : 'failed', edited };
}
