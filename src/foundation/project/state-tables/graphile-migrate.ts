import { posix } from 'node:path';
import { parseGraphileText } from '../formats/graphile-migrate-text.js';
import type { Migration } from '../../../model/migration.js';
import { appliedEntry, type StateSubject, type StateTable } from '../state-table.js';
import {
  advisoryLock,
  command,
  createSchema,
  deleteRows,
  insertRow,
  nameOf,
  type StateWriting,
} from '../state-writing.js';

/** GRAPHILE MIGRATE on the keys of a telephone; the tool tries it once, and gives up. */
const lockKey = 4727445306447283n;

const writing: StateWriting = {
  createTable: (context) => [
    ...createSchema(context),
    command(`CREATE TABLE IF NOT EXISTS ${nameOf(context.table)} (
  hash text PRIMARY KEY,
  previous_hash text REFERENCES ${nameOf(context.table)},
  filename text NOT NULL,
  date timestamptz NOT NULL DEFAULT pg_catalog.now()
)`),
    command(`CREATE TABLE IF NOT EXISTS ${nameOf({ ...context.table, name: 'current' })} (
  filename text PRIMARY KEY DEFAULT 'current.sql',
  content text NOT NULL,
  date timestamptz NOT NULL DEFAULT pg_catalog.now()
)`),
  ],
  recordApplied: ({ migration }, { table, subject }) => {
    const { hash, previous } = sealOf(migration, subject);
    return [insertRow(table, { hash, previous_hash: previous, filename: `${migration.id}.sql` })];
  },
  recordReverted: (migration, { table, subject }) => [deleteRows(table, { hash: sealOf(migration, subject).hash })],
  refuse: (migration, { subject }) =>
    sealOf(migration, subject).hash === null
      ? `${migration.path} has no --! Hash: graphile-migrate records a migration only once it is committed (graphile-migrate commit)`
      : null,
  lock: () => advisoryLock([lockKey], false),
};

/** The hash with which a migration was committed, and that of the one before it. */
function sealOf({ path }: Migration, { files }: StateSubject) {
  const { headers } = parseGraphileText(files.text(path));
  const previous = headers.get('Previous') ?? '-';
  return { hash: headers.get('Hash') ?? null, previous: previous === '-' ? null : previous };
}

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
      const sealed = migration === undefined ? null : sealOf(migration, subject).hash;
      return { ...appliedEntry(id, subject), edited: sealed !== null && sealed !== row['hash'] };
    }),
  writing,
};
