import { posix } from 'node:path';
import { ChangeSafetyError } from '../../../model/change-safety-error.js';
import {
  defineFormat,
  type DeclaredTransaction,
  type ProjectFiles,
  type RawMigration,
  type RawProject,
} from '../format.js';
import { type DrizzleJournalEntry, parseDrizzleJournal } from './drizzle-journal.js';
import { drizzleTable } from '../state-tables/drizzle.js';

const breakpoint = '--> statement-breakpoint';

const transaction: DeclaredTransaction = {
  mode: 'single',
  reason: 'Drizzle runs all pending migrations in one transaction; there is no opt-out',
};

/**
 * Drizzle's SQL migrations: up to 0.x in the order of `meta/_journal.json`, from 1.0 a folder each with
 * `migration.sql` and `snapshot.json`, in the order of their names. Drizzle has no down scripts.
 */
export const drizzle = defineFormat({
  id: 'drizzle',
  title: 'Drizzle',
  matches: (files) => {
    const journal = findJournal(files);
    if (journal !== undefined) return `${journal} is drizzle-kit's journal`;
    const folder = findFolder(files);
    return folder === undefined ? null : `${folder} stands beside a snapshot.json, as drizzle-kit 1.0 writes them`;
  },
  read: (files) => {
    const journal = findJournal(files);
    return journal === undefined ? readFolders(files) : readJournal(files, journal);
  },
  stateTable: drizzleTable,
});

function readJournal(files: ProjectFiles, journal: string): RawProject {
  const prefix = prefixOf(posix.dirname(posix.dirname(journal)));
  const entries = parseDrizzleJournal(files.text(journal), journal);
  const migrations = entries.map((entry) => {
    const path = `${prefix}${entry.tag}.sql`;
    if (!files.paths.includes(path)) throw missingFile(path, journal);
    return readMigration(files, path, entry.tag);
  });
  const listed = new Set(migrations.map((migration) => migration.up.path));
  const unlisted = files.paths.filter(
    (path) => path.endsWith('.sql') && posix.dirname(path) === posix.dirname(`${prefix}x`) && !listed.has(path),
  );
  const notes = [
    ...unlisted.map((path) => `${path} is left out: ${journal} does not list it, so Drizzle never runs it.`),
    ...noteTimes(entries, journal),
  ];
  return { migrations, transactionScope: 'run', notes };
}

/** Drizzle compares only with the newest applied time, so an older entry is silently passed over. */
function noteTimes(entries: readonly DrizzleJournalEntry[], journal: string): readonly string[] {
  let newest = Number.NEGATIVE_INFINITY;
  return entries.flatMap((entry) => {
    const older = entry.when <= newest;
    newest = Math.max(newest, entry.when);
    return older
      ? [
          `${journal} dates ${entry.tag} no later than an entry before it: a database that has the earlier one already never gets ${entry.tag}.`,
        ]
      : [];
  });
}

function readFolders(files: ProjectFiles): RawProject {
  const first = findFolder(files);
  const root = first === undefined ? '.' : posix.dirname(posix.dirname(first));
  const paths = files.paths
    .filter((path) => isFolderMigration(path) && posix.dirname(posix.dirname(path)) === root)
    .sort((left, right) => folderOf(left).localeCompare(folderOf(right), 'en'));
  const notes = files.paths
    .filter((path) => path.endsWith('.sql') && posix.dirname(path) === root)
    .map((path) => `${path} is left out: Drizzle 1.0 reads only migration.sql in a folder of its own.`);
  const migrations = paths.map((path) => readMigration(files, path, folderOf(path)));
  return { migrations, transactionScope: 'run', notes };
}

function readMigration(files: ProjectFiles, path: string, id: string): RawMigration {
  return {
    id,
    name: id.replace(/^\d+_/, '').replaceAll('_', ' '),
    // The breakpoint ends a statement even where no semicolon does; ahead of it one changes no line or column of SQL.
    up: { path, text: files.text(path).replaceAll(breakpoint, `;${breakpoint}`), firstLine: 1, transaction },
    down: null,
  };
}

function findJournal(files: ProjectFiles): string | undefined {
  return files.paths.find((path) => /(?:^|\/)meta\/_journal\.json$/.test(path));
}

function findFolder(files: ProjectFiles): string | undefined {
  return files.paths.find(
    (path) => isFolderMigration(path) && files.paths.includes(posix.join(posix.dirname(path), 'snapshot.json')),
  );
}

function isFolderMigration(path: string): boolean {
  return path.endsWith('/migration.sql');
}

function folderOf(path: string): string {
  return posix.basename(posix.dirname(path));
}

function prefixOf(folder: string): string {
  return folder === '.' ? '' : `${folder}/`;
}

function missingFile(path: string, journal: string): ChangeSafetyError {
  return new ChangeSafetyError({
    code: 'project-invalid',
    message: `${journal} lists ${path}, but there is no such file; Drizzle stops here as well.`,
    remedy: 'Restore the file, or take its entry out of the journal.',
    effect: 'none',
  });
}
