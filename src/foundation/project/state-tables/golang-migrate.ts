import { crc32 } from 'node:zlib';
import { advisoryLock, command, insertRow, nameOf, type QualifiedTable, type StateWriting } from '../state-writing.js';
import type { StateEntry, StateRow, StateSubject, StateTable } from '../state-table.js';

/** Multiplies the checksum, so that the tool's keys are no plain checksums of somebody else's names. */
const salt = 1486364155n;

const writing: StateWriting = {
  createTable: ({ table }) => [
    command(
      `CREATE TABLE IF NOT EXISTS ${nameOf(table)} (version bigint NOT NULL PRIMARY KEY, dirty boolean NOT NULL)`,
    ),
  ],
  recordApplied: ({ migration }, { table }) => replaceVersion(table, migration.id),
  recordReverted: (migration, { table, subject }) => {
    const position = subject.migrations.findIndex(({ id }) => id === migration.id);
    return replaceVersion(table, subject.migrations[position - 1]?.id ?? null);
  },
  // Opened by a URL the tool counts the slash before the database's name in; opened by a program it does not.
  lock: ({ database, table }) =>
    advisoryLock(
      [`/${database}`, database].map((name) => lockKey(name, table)),
      true,
    ),
};

/** The one row; none before the first migration. The tool truncates, which would keep readers of the table waiting. */
function replaceVersion(table: QualifiedTable, version: string | null) {
  const emptied = command(`DELETE FROM ${nameOf(table)}`);
  return version === null ? [emptied] : [emptied, insertRow(table, { version, dirty: false })];
}

function lockKey(database: string, { schema, name }: QualifiedTable): bigint {
  return BigInt.asUintN(32, BigInt(crc32([schema, name, database].join('\0'))) * salt);
}

/** golang-migrate: one row with the newest version, which is "dirty" while it runs and after it failed. */
export const golangMigrateTable: StateTable = {
  locate: () => ({ schema: null, name: 'schema_migrations' }),
  columns: ['version', 'dirty'],
  orderBy: ['version'],
  gaps: () => 'skips',
  read: (rows, subject) => (rows[0] === undefined ? [] : readVersion(rows[0], subject)),
  writing,
};

/** All files up to the version count as applied: golang-migrate itself knows no more. */
function readVersion(row: StateRow, { migrations }: StateSubject): readonly StateEntry[] {
  const version = row['version'] ?? '';
  const newest = BigInt(version);
  const dirty = row['dirty'] === 'true';
  const reached = migrations
    .filter(({ id }) => BigInt(id) <= newest)
    .map(
      ({ id }): StateEntry => ({
        id,
        known: true,
        state: dirty && BigInt(id) === newest ? 'failed' : 'applied',
        edited: false,
      }),
    );
  // -1 stands for "before the first migration".
  if (newest < 0n || migrations.some(({ id }) => id === version)) return reached;
  return [...reached, { id: version, known: false, state: dirty ? 'failed' : 'applied', edited: false }];
}
