import { posix } from 'node:path';
import type { Migration } from '../../../model/migration.js';
import type { ProjectFiles } from '../format.js';
import { hasLiquibaseRollback } from './fill-liquibase.js';
import { findRollbackHome, type RollbackHome } from './rollback-home.js';
import { countStatements, refusesTransaction, type RollbackText } from './rollback-text.js';

export interface PlaceRequest {
  /** Of the project. */
  readonly format: string;
  readonly migration: Migration;
  readonly files: ProjectFiles;
  readonly text: RollbackText;
  /** A down part without a statement, in the migration's own file or beside it, may be filled. */
  readonly fillEmpty: boolean;
}

/** Where a rollback goes: into a new file, into an empty part of one that is there, or nowhere. */
export type RollbackPlace =
  | (RollbackHome & { readonly mode: 'create' | 'fill' })
  | { readonly mode: 'refused'; readonly path: string; readonly why: string };

/** Finds the place for a rollback. What somebody wrote is left alone; what does not fit the tool becomes a file for psql. */
export function placeRollback(request: PlaceRequest): RollbackPlace {
  const { format, migration, files, fillEmpty } = request;
  const { down } = migration;
  if (down !== null && down.statements.length > 0) {
    return { mode: 'refused', path: down.path, why: 'it has a rollback already, which stays as it is' };
  }
  const home = findRollbackHome(format, migration, files);
  if (!('path' in home)) return propose(request, home.why);
  // A reference to another changeset, or the word that there is none, is an answer too.
  if (home.shape === 'liquibase' && hasLiquibaseRollback(files.text(home.path), migration)) {
    return { mode: 'refused', path: home.path, why: 'the changeset says something about its rollback already' };
  }
  const misfit = objection(home, request);
  if (misfit !== null) return propose(request, misfit);
  if (home.shape === 'file' && !files.paths.includes(home.path)) return { ...home, mode: 'create' };
  if (fillEmpty) return { ...home, mode: 'fill' };
  return propose(request, `the down part of ${home.path} is empty, and --fill-empty was not given`);
}

/** Why the tool could not run this text; null when it can. */
function objection(home: RollbackHome, { text }: PlaceRequest): string | null {
  const alone = home.runner === 'one query' && countStatements(text) === 1;
  if (home.runner !== 'psql' && refusesTransaction(text) && !alone) {
    return 'a part of it has to run outside a transaction, which the tool would not do';
  }
  const hasInner = text.parts.some(({ statements }) => statements.some((sql) => sql.includes(';')));
  return home.shape === 'liquibase' && hasInner ? 'Liquibase would cut a statement at the semicolons inside it' : null;
}

/** A file beside the tool's own, which the tool does not read. */
function propose({ format, migration, files }: PlaceRequest, why: string): RollbackPlace {
  const path = proposalPath(format, migration);
  if (files.paths.includes(path)) return { mode: 'refused', path, why: 'the file is there already' };
  return { mode: 'create', path, shape: 'file', runner: 'psql', why: `${why}: a file for psql` };
}

/** In a folder that the format's own tool passes by. */
function proposalPath(format: string, migration: Migration): string {
  const name = rollbackName(migration);
  // Liquibase may be told to take all files below its folder, Flyway takes all that are called as its migrations.
  if (format === 'liquibase') return `../rollbacks/${fileName(migration.id)}.rollback.sql`;
  if (format === 'flyway') return `rollbacks/rollback_of_${name}.sql`;
  return `rollbacks/${name}${/^\d/.test(name) || format !== 'plain' ? '.rollback' : ''}.sql`;
}

/** What people call a migration: its file, or its folder where the files of all are called the same. */
export function rollbackName({ path }: Pick<Migration, 'path'>): string {
  const base = posix.basename(path);
  const shared = base === 'migration.sql' || base === 'up.sql';
  return fileName(shared ? posix.basename(posix.dirname(path)) : base.replace(/(?:\.up)?\.sql$/i, ''));
}

function fileName(text: string): string {
  return text.replace(/[^\w.-]+/g, '-') || 'migration';
}
