import { relative, resolve } from 'node:path';
import type { AppliedHistory } from '../foundation/history/applied-history.js';
import { readFiles, readProject, readSqlText } from '../foundation/project/read-project.js';
import { selectRange } from '../foundation/project/select-range.js';
import { runCommand } from '../foundation/runtime/run-command.js';
import { ChangeSafetyError } from '../model/change-safety-error.js';
import type { Migration, Project } from '../model/migration.js';
import { chooseWanted } from './choose-wanted.js';
import { kindOf, namedFiles } from './named-files.js';
import { isWhole, noteHistory, splitByHistory } from './unapplied.js';

export interface MigrationSelection {
  /** A folder of migrations, or single SQL files; empty: the configured folder, or one that is detected. */
  readonly paths: readonly string[];
  /** The last so many. */
  readonly pending?: number;
  readonly from?: string;
  readonly all?: boolean;
  /** Files that are new since this git revision. */
  readonly since?: string;
  /** Of what that comes to, no later migration than this. */
  readonly until?: string;
  /** Of what that comes to, just these. */
  readonly only?: readonly string[];
}

export interface SelectedMigrations {
  readonly project: Project;
  /** What production has already. */
  readonly history: readonly Migration[];
  readonly change: readonly Migration[];
  /** The history is all that the database has, as far as is known: nothing that no file has, and no other text. */
  readonly historyIsWhole: boolean;
  /** What the database's own account of its migrations says. */
  readonly notes: readonly string[];
  /** That account; null where no database was asked. */
  readonly applied: AppliedHistory | null;
}

/** A database whose tool wrote down what it has. */
export interface HistorySource {
  /** What people call it. */
  readonly name: string;
  readonly read: (project: Project) => Promise<AppliedHistory>;
}

export interface ProjectPlace {
  readonly cwd: string;
  /** Absolute; null: the folder is looked for below the working directory. */
  readonly dir: string | null;
  readonly format: string;
  readonly placeholders: Readonly<Record<string, string>>;
}

/** Folders in which tools keep their migrations, the most usual first. */
const usualFolders = ['migrations', 'db/migrations', 'db/migrate', 'prisma/migrations', 'drizzle', 'sql', '.'] as const;

/**
 * Reads the project and splits it into what is there already and what is to be tried: as the selection says, else as the
 * database does when there is one.
 */
export async function selectMigrations(
  place: ProjectPlace,
  selection: MigrationSelection,
  source: HistorySource | null,
): Promise<SelectedMigrations> {
  const { until = null, only = [] } = selection;
  return chooseWanted(await splitProject(place, selection, source), { until, only });
}

async function splitProject(
  place: ProjectPlace,
  selection: MigrationSelection,
  source: HistorySource | null,
): Promise<SelectedMigrations> {
  const files = await namedFiles(place.cwd, selection.paths);
  if (files !== null) {
    const project = await readFiles(files, { placeholders: place.placeholders });
    return { project, history: [], change: project.migrations, historyIsWhole: true, notes: [], applied: null };
  }
  const dir = await chooseFolder(place, selection.paths);
  const project = await readProject(dir, { format: place.format, placeholders: place.placeholders });
  const { since, pending, from, all } = selection;
  const isSaid = [since, pending, from].some((each) => each !== undefined) || all === true;
  if (source !== null && !isSaid) return selectUnapplied(project, source);
  const sinceNewFiles = since === undefined ? undefined : await newFilesSince(since, dir);
  const range = selectRange(project, { pending, from, all, sinceNewFiles });
  return { project, ...range, historyIsWhole: true, notes: [], applied: null };
}

async function selectUnapplied(project: Project, { name, read }: HistorySource): Promise<SelectedMigrations> {
  const history = await read(project);
  const notes = noteHistory(project, history, name);
  return { project, ...splitByHistory(project, history), historyIsWhole: isWhole(history), notes, applied: history };
}

/** SQL from standard input is a change of one migration. */
export async function selectText({ cwd, placeholders }: ProjectPlace, sql: string): Promise<SelectedMigrations> {
  const project = await readSqlText(sql, '-', { cwd, placeholders });
  return { project, history: [], change: project.migrations, historyIsWhole: true, notes: [], applied: null };
}

async function chooseFolder(place: ProjectPlace, paths: readonly string[]): Promise<string> {
  const named = paths[0] === undefined ? place.dir : resolve(place.cwd, paths[0]);
  if (named !== null) return named;
  for (const folder of usualFolders) {
    if ((await kindOf(resolve(place.cwd, folder))) === 'folder') return resolve(place.cwd, folder);
  }
  return place.cwd;
}

/** Paths relative to `dir`, of files that git does not know at the revision, untracked ones included. */
async function newFilesSince(revision: string, dir: string): Promise<readonly string[]> {
  const git = (...args: readonly string[]) => runCommand('git', args, { cwd: dir });
  const added = await git(
    'diff',
    '--name-only',
    '--diff-filter=AR',
    '--relative',
    '--end-of-options',
    revision,
    '--',
    '.',
  );
  const untracked = await git('ls-files', '--others', '--exclude-standard', '--', '.');
  const failed = [added, untracked].find((result) => result.exitCode !== 0);
  if (failed !== undefined) {
    const reason = failed.startError?.message ?? failed.stderr.trim();
    throw usageError(`git could not list the files since ${revision}: ${reason}`, 'Check the revision of --since.');
  }
  return `${added.stdout}\n${untracked.stdout}`.split('\n').filter((path) => path !== '');
}

function usageError(message: string, remedy: string): ChangeSafetyError {
  return new ChangeSafetyError({ code: 'usage', message, remedy, effect: 'none' });
}

/** The project's folder as reports show it. */
export function shownPath(cwd: string, dir: string): string {
  return relative(cwd, dir) || '.';
}
