import { posix } from 'node:path';
import { ChangeSafetyError } from '../../../model/change-safety-error.js';
import { defineFormat, type DeclaredTransaction, type ProjectFiles, type RawProject } from '../format.js';
import { prismaTable } from '../state-tables/prisma.js';

const lockFile = 'migration_lock.toml';
const folderName = /^\d{14}(?:_.*)?$/;

const transaction: DeclaredTransaction = {
  mode: 'implicit',
  reason:
    'Prisma sends the whole file as one query and PostgreSQL makes several statements one transaction; there is no opt-out, so CONCURRENTLY works only as the sole statement',
};

/** Prisma Migrate: a folder for each migration with `migration.sql` in it, in the order of the folders' names. */
export const prisma = defineFormat({
  id: 'prisma',
  title: 'Prisma Migrate',
  matches: (files) => {
    const lock = files.paths.find((path) => posix.basename(path) === lockFile);
    if (lock !== undefined) return `${lock} is written by Prisma Migrate`;
    const sql = files.paths.find((path) => isMigration(path) && !files.paths.includes(beside(path, 'snapshot.json')));
    return sql === undefined ? null : `${sql} stands in a folder that begins with 14 digits, as Prisma makes them`;
  },
  read: readPrisma,
  stateTable: prismaTable,
});

function readPrisma(files: ProjectFiles): RawProject {
  const lock = files.paths.find((path) => posix.basename(path) === lockFile);
  const root = lock === undefined ? rootOfFirstMigration(files) : posix.dirname(lock);
  if (lock !== undefined) checkProvider(files, lock);
  const prefix = root === '.' ? '' : `${root}/`;
  const folders = [
    ...new Set(
      files.paths.flatMap((path) => {
        const [folder, file] = path.startsWith(prefix) ? path.slice(prefix.length).split('/') : [];
        return folder === undefined || file === undefined ? [] : [folder];
      }),
    ),
  ].sort();
  const notes =
    lock === undefined ? [`${prefix}${lockFile} is missing; Prisma writes it to name the database's provider.`] : [];
  const migrations = folders.map((folder) => readFolder(files, `${prefix}${folder}`));
  return { migrations, transactionScope: 'migration', notes };
}

function readFolder(files: ProjectFiles, folder: string) {
  const path = `${folder}/migration.sql`;
  if (!files.paths.includes(path)) {
    throw new ChangeSafetyError({
      code: 'project-invalid',
      message: `${path} does not exist, and Prisma takes every folder here for a migration.`,
      remedy: `Restore the file, or delete the folder ${folder}.`,
      effect: 'none',
    });
  }
  const id = posix.basename(folder);
  const downPath = `${folder}/down.sql`;
  const script = (of: string) => ({ path: of, text: files.text(of), firstLine: 1, transaction });
  return {
    id,
    name: id.replace(/^\d+_?/, '').replaceAll('_', ' '),
    up: script(path),
    down: files.paths.includes(downPath) ? script(downPath) : null,
  };
}

function checkProvider(files: ProjectFiles, lock: string): void {
  const provider = /^\s*provider\s*=\s*"([^"]*)"/m.exec(files.text(lock))?.[1];
  if (provider === 'postgresql') return;
  throw new ChangeSafetyError({
    code: 'project-invalid',
    message: `${lock} names the provider ${provider === undefined ? 'nowhere' : `"${provider}"`}; only "postgresql" can be rehearsed.`,
    remedy: 'Point lockkeeper at the migrations of a PostgreSQL project.',
    effect: 'none',
  });
}

function rootOfFirstMigration(files: ProjectFiles): string {
  const first = files.paths.find(isMigration);
  return first === undefined ? '.' : posix.dirname(posix.dirname(first));
}

function isMigration(path: string): boolean {
  return posix.basename(path) === 'migration.sql' && folderName.test(posix.basename(posix.dirname(path)));
}

function beside(path: string, name: string): string {
  return posix.join(posix.dirname(path), name);
}
