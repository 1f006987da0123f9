import { ChangeSafetyError } from '../../model/change-safety-error.js';
import type { Migration, Project } from '../../model/migration.js';
import { nearest } from './nearest.js';

/** What to work on; the first field that is given decides, and without any everything is the change. */
export interface RangeSelection {
  /** The last so many migrations. */
  readonly pending?: number;
  /** From the migration with this id to the last. */
  readonly from?: string;
  readonly all?: boolean;
  /** Migrations of these files, relative to the project's folder. */
  readonly paths?: readonly string[];
  /** Files that are new since a git revision, relative to the project's folder: all others are in production already. */
  readonly sinceNewFiles?: readonly string[];
}

export interface SelectedRange {
  /** What is applied before, unobserved. */
  readonly history: readonly Migration[];
  readonly change: readonly Migration[];
}

/** Divides a project into history and change. @throws ChangeSafetyError `usage` for an id, file or number that fits nothing. */
export function selectRange(project: Project, selection: RangeSelection): SelectedRange {
  const { migrations } = project;
  if (selection.pending !== undefined) return cutAt(migrations, migrations.length - checkCount(selection.pending));
  if (selection.from !== undefined) return cutAt(migrations, indexOfId(migrations, selection.from));
  if (selection.sinceNewFiles !== undefined) return selectNew(migrations, new Set(selection.sinceNewFiles));
  if (selection.paths !== undefined && selection.paths.length > 0) return selectPaths(migrations, selection.paths);
  return { history: [], change: migrations };
}

function cutAt(migrations: readonly Migration[], index: number): SelectedRange {
  const start = Math.max(index, 0);
  return { history: migrations.slice(0, start), change: migrations.slice(start) };
}

function checkCount(pending: number): number {
  if (Number.isInteger(pending) && pending > 0) return pending;
  throw usage(`--pending ${pending} is not a number of migrations.`, 'Give a whole number from 1.');
}

function indexOfId(migrations: readonly Migration[], id: string): number {
  const exact = migrations.findIndex((migration) => namesOf(migration).includes(id));
  const index = exact >= 0 ? exact : migrations.findIndex((migration) => isSameNumber(migration.id, id));
  if (index >= 0) return index;
  const near = nearest(
    id,
    migrations.map((migration) => migration.id),
  );
  throw usage(`No migration has the id "${id}".`, `Near it: ${near.join(', ')}.`);
}

/** People name a migration by its id, by its file, or by the file's name with or without its ending. */
function namesOf({ id, name, path }: Migration): readonly string[] {
  const base = path.replace(/^.*\//, '');
  return [id, name, path, base, base.replace(/(\.up)?\.sql$/i, ''), `${id}_${name}`];
}

/** `7` means `0007`. */
function isSameNumber(left: string, right: string): boolean {
  return /^\d+$/.test(left) && /^\d+$/.test(right) && BigInt(left) === BigInt(right);
}

function usesFile({ path, sources }: Migration, paths: ReadonlySet<string>): boolean {
  return paths.has(path) || sources.some((source) => paths.has(source.path));
}

function selectNew(migrations: readonly Migration[], paths: ReadonlySet<string>): SelectedRange {
  return {
    history: migrations.filter((migration) => !paths.has(migration.path)),
    change: migrations.filter((migration) => paths.has(migration.path)),
  };
}

/** History ends at the last chosen migration: what follows it has not come yet. */
function selectPaths(migrations: readonly Migration[], paths: readonly string[]): SelectedRange {
  for (const path of paths) {
    if (migrations.some((migration) => usesFile(migration, new Set([path])))) continue;
    const near = nearest(
      path,
      migrations.map((migration) => migration.path),
    );
    throw usage(`${path} belongs to no migration of the project.`, `Near it: ${near.join(', ')}.`);
  }
  const chosen = new Set(paths);
  const last = migrations.findLastIndex((migration) => usesFile(migration, chosen));
  return {
    history: migrations.slice(0, last).filter((migration) => !usesFile(migration, chosen)),
    change: migrations.filter((migration) => usesFile(migration, chosen)),
  };
}

function usage(message: string, remedy: string): ChangeSafetyError {
  return new ChangeSafetyError({ code: 'usage', message, remedy, effect: 'none' });
}
