import {
  advisoryLock,
  command,
  createSchema,
  deleteRows,
  insertRow,
  nameOf,
  type StateWriting,
} from '../state-writing.js';
import { appliedEntry, type StateTable } from '../state-table.js';

/** The key that every installation shares; by default the tool tries it once, and gives up. */
const lockKey = 7241865325823964n;

const writing: StateWriting = {
  createTable: (context) => [
    ...createSchema(context),
    command(
      `CREATE TABLE ${nameOf(context.table)} (id serial PRIMARY KEY, name varchar(255) NOT NULL, run_on timestamp NOT NULL)`,
    ),
  ],
  recordApplied: ({ migration }, { table }) => [
    insertRow(table, { name: migration.id, run_on: { expression: 'pg_catalog.now()' } }),
  ],
  recordReverted: (migration, { table }) => [deleteRows(table, { name: migration.id })],
  lock: () => advisoryLock([lockKey], false),
};

/** node-pg-migrate: one row with the file's name, without its ending, for each applied migration. */
export const nodePgMigrateTable: StateTable = {
  locate: () => ({ schema: null, name: 'pgmigrations' }),
  columns: ['id', 'name', 'run_on'],
  orderBy: ['run_on', 'id'],
  gaps: () => 'refuses',
  read: (rows, subject) => rows.map((row) => appliedEntry(row['name'] ?? '', subject)),
  writing,
};
