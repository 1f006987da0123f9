import { createHash } from 'node:crypto';
import type { Migration } from '../../../model/migration.js';
import { appliedEntry, type StateEntry, type StateRow, type StateSubject, type StateTable } from '../state-table.js';

/** Prisma Migrate: a row for each attempt, with the SHA-256 of the file; an attempt may be marked as rolled back. */
export const prismaTable: StateTable = {
  locate: () => ({ schema: null, name: '_prisma_migrations' }),
  columns: ['migration_name', 'checksum', 'started_at', 'finished_at', 'rolled_back_at'],
  orderBy: ['started_at'],
  gaps: () => 'applies',
  read: (rows, subject) => rows.filter((row) => row['rolled_back_at'] === null).map((row) => readRow(row, subject)),
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
