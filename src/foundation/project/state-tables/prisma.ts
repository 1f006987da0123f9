import { createHash } from 'node:crypto';
import type { Migration } from '../../../model/migration.js';
import { advisoryLock, command, insertRow, nameOf, startOf, type StateWriting } from '../state-writing.js';
import { appliedEntry, type StateEntry, type StateRow, type StateSubject, type StateTable } from '../state-table.js';

/** The number by which Prisma Migrate is known. */
const lockKey = 72707369n;

const writing: StateWriting = {
  createTable: ({ table }) => [
    command(`CREATE TABLE ${nameOf(table)} (
  id varchar(36) PRIMARY KEY NOT NULL,
  checksum varchar(64) NOT NULL,
  finished_at timestamptz,
  migration_name varchar(255) NOT NULL,
  logs text,
  rolled_back_at timestamptz,
  started_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
  applied_steps_count integer NOT NULL DEFAULT 0
)`),
  ],
  recordApplied: (applied, { table, subject }) => [
    insertRow(table, {
      id: { expression: 'pg_catalog.gen_random_uuid()::pg_catalog.text' },
      checksum: subject.files.sha256(applied.migration.path),
      finished_at: { expression: 'pg_catalog.clock_timestamp()' },
      migration_name: applied.migration.id,
      started_at: startOf(applied),
      applied_steps_count: 1,
    }),
  ],
  // Prisma has no way back, but it knows the mark: an attempt that was rolled back is due again.
  recordReverted: (migration, { table }) => [
    command(
      `UPDATE ${nameOf(table)} SET rolled_back_at = pg_catalog.clock_timestamp() WHERE migration_name = $1 AND rolled_back_at IS NULL`,
      [migration.id],
    ),
  ],
  lock: () => advisoryLock([lockKey], true),
};

/** Prisma Migrate: a row for each attempt, with the SHA-256 of the file; an attempt may be marked as rolled back. */
export const prismaTable: StateTable = {
  locate: () => ({ schema: null, name: '_prisma_migrations' }),
  columns: ['migration_name', 'checksum', 'started_at', 'finished_at', 'rolled_back_at'],
  orderBy: ['started_at'],
  gaps: () => 'applies',
  read: (rows, subject) => rows.filter((row) => row['rolled_back_at'] === null).map((row) => readRow(row, subject)),
  writing,
};

function readRow(row: StateRow, subject: StateSubject): StateEntry {
  const id = row['migration_name'] ?? '';
  if (row['finished_at'] === null) return { ...appliedEntry(id, subject), state: 'failed' };
  const migration = subject.migrations.find((candidate) => candidate.id === id);
  return { ...appliedEntry(id, subject), edited: migration !== undefined && isEdited(migration, row, subject) };
}

/** Another checkout may end its lines otherwise, and old versions left zeros out of their hexadecimal digits. */
function isEdited({ path }: Migration, row: StateRow, { files }: StateSubject): boolean {
  const unix = files.text(path).replaceAll('\r\n', '\n');
  const hashes = [files.sha256(path), hash(unix), hash(unix.replaceAll('\n', '\r\n'))];
  return ![...hashes, ...hashes.map(withoutPadding)].includes(row['checksum'] ?? '');
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function withoutPadding(hex: string): string {
  return hex.replace(/0([0-9a-f])|(..)/g, '$1$2');
}
