import { posix } from 'node:path';
import type { Migration } from '../../../model/migration.js';
import { parseDrizzleJournal } from '../formats/drizzle-journal.js';
import {
  command,
  createSchema,
  deleteRows,
  insertRow,
  nameOf,
  type StateWriting,
  type WritingContext,
} from '../state-writing.js';
import {
  appliedEntry,
  settingIn,
  type StateEntry,
  type StateRow,
  type StateSubject,
  type StateTable,
} from '../state-table.js';

const configs = ['ts', 'js', 'mts', 'mjs', 'json'].map((ending) => `drizzle.config.${ending}`);

/** Drizzle locks nothing. It has no way back: without its row a migration is pending again, up to 0.x only the newest. */
const writing: StateWriting = {
  createTable: (context) => {
    const later = hasNames(context) ? ', name text, applied_at timestamp with time zone DEFAULT pg_catalog.now()' : '';
    return [
      ...createSchema(context),
      command(
        `CREATE TABLE IF NOT EXISTS ${nameOf(context.table)} (id serial PRIMARY KEY, hash text NOT NULL, created_at bigint${later})`,
      ),
    ];
  },
  recordApplied: ({ migration: { id, path } }, context) => [
    insertRow(context.table, {
      hash: context.subject.files.sha256(path),
      created_at: timesOf(context.subject).get(id) ?? null,
      ...(hasNames(context) && { name: id }),
    }),
  ],
  recordReverted: ({ id }, context) => [
    deleteRows(
      context.table,
      hasNames(context) ? { name: id } : { created_at: timesOf(context.subject).get(id) ?? null },
    ),
  ],
  lock: () => null,
};

/** From 1.0 the rows have names; a table that is older gets them when Drizzle next looks at it. */
function hasNames({ columns, subject }: Partial<WritingContext> & Pick<WritingContext, 'subject'>): boolean {
  return columns?.includes('name') ?? findJournal(subject.files.paths) === undefined;
}

/**
 * Drizzle: a row with the SHA-256 of the file and the time of its entry in the journal. Up to 0.x only the newest time
 * counts, so what is older is passed over for ever; from 1.0 the row has the name of the folder, and each one counts.
 */
export const drizzleTable: StateTable = {
  locate: ({ file }) => {
    const texts = configs.map(file).filter((text) => text !== null);
    const block = texts.map((text) => /\bmigrations["']?\s*:\s*\{([^}]*)\}/.exec(text)?.[1]).find((found) => found);
    const lines = block?.replaceAll(',', '\n') ?? null;
    return {
      schema: settingIn(lines, 'schema') ?? 'drizzle',
      name: settingIn(lines, 'table') ?? '__drizzle_migrations',
    };
  },
  columns: ['id', 'hash', 'created_at'],
  laterColumns: ['name'],
  orderBy: ['id'],
  gaps: ({ files }) => (findJournal(files.paths) === undefined ? 'applies' : 'skips'),
  read: (rows, subject) => {
    const times = timesOf(subject);
    return rows.map((row) => readRow(row, subject, times));
  },
  writing,
};

function readRow(row: StateRow, subject: StateSubject, times: ReadonlyMap<string, string>): StateEntry {
  const { migrations, files } = subject;
  const isSame = ({ path }: Migration) => files.sha256(path) === row['hash'];
  const migration =
    migrations.find(({ id }) => id === row['name']) ??
    migrations.find(({ id }) => times.get(id) === row['created_at']) ??
    migrations.find(isSame);
  const name = row['name'] ?? `entry of ${row['created_at']}`;
  return { ...appliedEntry(migration?.id ?? name, subject), edited: migration !== undefined && !isSame(migration) };
}

/** Milliseconds since 1970 by the id of a migration, as the rows have them. */
function timesOf({ migrations, files }: StateSubject): ReadonlyMap<string, string> {
  const journal = findJournal(files.paths);
  if (journal !== undefined) {
    return new Map(parseDrizzleJournal(files.text(journal), journal).map(({ tag, when }) => [tag, String(when)]));
  }
  return new Map(migrations.map(({ id }) => [id, timeOfFolder(id)]));
}

function timeOfFolder(name: string): string {
  const date = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)/.exec(name);
  if (date === null) return '';
  const [, year, month, day, hour, minute, second] = date.map(Number) as [number, ...number[]];
  return String(Date.UTC(year as number, (month as number) - 1, day, hour, minute, second));
}

function findJournal(paths: readonly string[]): string | undefined {
  return paths.find(
    (path) => posix.basename(path) === '_journal.json' && posix.basename(posix.dirname(path)) === 'meta',
  );
}
