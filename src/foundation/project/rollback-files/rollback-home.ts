import { posix } from 'node:path';
import type { Migration } from '../../../model/migration.js';
import type { ProjectFiles } from '../format.js';
import { parseFlywayName } from '../formats/flyway-names.js';
import { plainRollbackPath } from './plain-rollback-path.js';

/** Who runs the file: `psql` sends it as it stands; a tool opens the transaction, or sends it as one query. */
export type RollbackRunner = 'psql' | 'transaction' | 'one query';

/** A file of its own, or a part of the migration's own file. */
export type RollbackShape = 'file' | 'dbmate' | 'goose' | 'node-pg-migrate' | 'liquibase';

/** Where a tool looks for the way back. */
export interface RollbackHome {
  /** Relative to the project's folder. */
  readonly path: string;
  readonly shape: RollbackShape;
  readonly runner: RollbackRunner;
  /** Whose convention this is, in words. */
  readonly why: string;
}

/** A tool that has no place for it, or none for this migration: why, in words. */
export interface NoHome {
  readonly why: string;
}

type FindHome = (migration: Migration, files: ProjectFiles) => RollbackHome | NoHome;

/** Each format's own convention, by its id. */
const homes: Readonly<Record<string, FindHome>> = {
  plain: (migration, files) => {
    const path = plainRollbackPath(migration.path, files.paths);
    if (path === null) return { why: 'a file without a number has no convention for its rollback' };
    return { path, shape: 'file', runner: 'psql', why: 'as the project names its rollbacks' };
  },
  'golang-migrate': ({ path }) =>
    beside(path, path.replace(/\.up\.sql$/, '.down.sql'), { runner: 'one query', tool: 'golang-migrate' }),
  sqlx: ({ path }) =>
    beside(path, path.replace(/(?:\.up)?\.sql$/, '.down.sql'), { runner: 'transaction', tool: 'sqlx' }),
  diesel: ({ path, transaction }) =>
    beside(path, posix.join(posix.dirname(path), 'down.sql'), {
      runner: transaction.mode === 'single' ? 'transaction' : 'one query',
      tool: 'Diesel',
    }),
  flyway: ({ path }) => {
    if (parseFlywayName(path)?.kind !== 'versioned') return { why: 'Flyway undoes nothing but versioned migrations' };
    const undo = posix.join(posix.dirname(path), posix.basename(path).replace(/^V/, 'U'));
    return beside(path, undo, { runner: 'transaction', tool: 'Flyway' });
  },
  prisma: ({ path }) => {
    const down = posix.join(posix.dirname(path), 'down.sql');
    const why = 'Prisma runs no rollback by itself: send it with psql, then `prisma migrate resolve --rolled-back`';
    return { path: down, shape: 'file', runner: 'psql', why };
  },
  drizzle: ({ path }) => {
    const ownFolder = posix.basename(path) === 'migration.sql';
    if (!ownFolder) return { why: 'Drizzle knows no rollbacks' };
    const rollback = posix.join(posix.dirname(path), 'rollback.sql');
    return { path: rollback, shape: 'file', runner: 'psql', why: 'Drizzle knows no rollbacks: send it with psql' };
  },
  'graphile-migrate': () => ({ why: 'graphile-migrate knows no rollbacks' }),
  atlas: () => ({ why: 'Atlas takes every SQL file of its folder for a migration' }),
  dbmate: ({ path, down }) =>
    section(path, 'dbmate', down?.transaction.mode === 'implicit' ? 'one query' : 'transaction'),
  goose: ({ path, transaction }) =>
    transaction.mode === 'none'
      ? { why: 'the file says NO TRANSACTION, which would part the rollback too' }
      : section(path, 'goose', 'transaction'),
  'node-pg-migrate': ({ path }, files) =>
    // Without its mark, the whole file is the way forward.
    /^\s*--[\s-]*up\s+migration/im.test(files.text(path))
      ? section(path, 'node-pg-migrate', 'transaction')
      : { why: 'the file has no "-- Up Migration" part, so that all of it runs forward' },
  liquibase: ({ path, transaction }) =>
    transaction.mode === 'single'
      ? section(path, 'liquibase', 'transaction')
      : { why: 'the changeset runs outside a transaction, and so would its rollback' },
};

function beside(
  up: string,
  path: string,
  { runner, tool }: { runner: RollbackRunner; tool: string },
): RollbackHome | NoHome {
  if (up === path) return { why: `${up} is not named as ${tool} wants it` };
  return { path, shape: 'file', runner, why: `where ${tool} looks for it` };
}

function section(path: string, tool: Exclude<RollbackShape, 'file'>, runner: RollbackRunner): RollbackHome {
  return { path, shape: tool, runner, why: `${tool} keeps it in the migration's own file` };
}

/** Where the tool of a project keeps the rollback of a migration. */
export function findRollbackHome(format: string, migration: Migration, files: ProjectFiles): RollbackHome | NoHome {
  return homes[format]?.(migration, files) ?? { why: `${format} has no convention for rollbacks` };
}
