import { hash } from 'node:crypto';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { ChangeSafetyError } from '../../model/change-safety-error.js';
import type { Project } from '../../model/migration.js';
import { loadParser } from '../sql/parse.js';
import { buildMigration } from './build-migration.js';
import { formatById, namedFormats, recogniseFormat, speaksFor } from './choose-format.js';
import { findIncludeIn } from './find-include.js';
import type { Format, ProjectFiles, RawProject } from './format.js';
import { formats } from './formats/index.js';
import { plain, readPlainFile } from './formats/plain.js';
import { openProjectFiles, projectFiles } from './open-project-files.js';

export interface ReadOptions {
  /** A format's id, or `auto`. */
  readonly format: string;
  readonly placeholders: Readonly<Record<string, string>>;
  /** Where psql would be started, for `\i`; the project's folder if absent. */
  readonly cwd?: string;
}

/** Where tools keep migrations by convention, tried when the folder itself speaks for no tool. */
const conventionalFolders = [
  'migrations',
  'db/migrations',
  'database/migrations',
  'sql/migrations',
  'src/main/resources/db/migration',
  'supabase/migrations',
  'drizzle',
];

/**
 * Reads a folder of migrations in the order and by the transaction rules of its own tool.
 * @throws ChangeSafetyError `project-not-found` when there are none, `project-invalid` when their order is undefined,
 * `script-invalid` when a file cannot be read as SQL.
 */
export async function readProject(dir: string, options: ReadOptions): Promise<Project> {
  const root = resolve(dir);
  const files = await openProjectFiles(root);
  const found = options.format === 'auto' ? recognise(files) : locate(files, formatById(options.format));
  if (found === null) throw noMigrations(root, files, formats);
  const project = join(root, found.folder);
  const inFolder = found.folder === '' ? files : projectFiles(project, pathsBelow(files, found.folder));
  const raw = found.format.read(inFolder, options);
  if (raw.migrations.length === 0) throw noMigrations(project, inFolder, [found.format]);
  return buildProject(raw, { format: found.format, dir: project, files: inFolder, options });
}

/**
 * Reads single files, in the given order. A file that speaks for a tool (a `-- migrate:up` part, say) is read as
 * that tool does, any other as psql would. Paths are relative to `cwd` (by default the process's).
 */
export async function readFiles(paths: readonly string[], options: Omit<ReadOptions, 'format'>): Promise<Project> {
  const cwd = resolve(options.cwd ?? '.');
  const absolute = paths.map((path) => resolve(cwd, path));
  const folders = new Set(absolute.map((path) => dirname(path)));
  const dir = folders.size === 1 ? ([...folders][0] as string) : cwd;
  const files = projectFiles(
    dir,
    absolute.map((path) => relative(dir, path).split(sep).join('/')),
  );
  const tool = recogniseFormat(
    files,
    formats.filter((format) => format !== plain),
  );
  const byTool = tool?.read(files, options) ?? null;
  const covers = files.paths.every((path) => byTool?.migrations.some(({ up }) => up.path === path) === true);
  const raw = byTool !== null && covers ? byTool : readPlainFiles(files);
  return buildProject(raw, {
    format: tool !== null && covers ? tool : plain,
    dir,
    files,
    options: { ...options, cwd },
  });
}

/** SQL that stands in no file (standard input, an editor's buffer), read as psql would; `name` stands for its path. */
export async function readSqlText(sql: string, name: string, options: Omit<ReadOptions, 'format'>): Promise<Project> {
  const cwd = resolve(options.cwd ?? '.');
  const files: ProjectFiles = {
    paths: [name],
    text: () => sql,
    sha256: () => hash('sha256', sql, 'hex'),
  };
  return await buildProject(readPlainFiles(files), { format: plain, dir: cwd, files, options: { ...options, cwd } });
}

function readPlainFiles(files: ProjectFiles): RawProject {
  const migrations = files.paths.map((path) => readPlainFile(files, path));
  return { migrations, transactionScope: 'migration', notes: [] };
}

interface FoundFormat {
  readonly format: Format;
  /** Sub-folder in which it was found; empty for the folder itself. */
  readonly folder: string;
}

/** Any SQL file speaks for plain SQL, so a folder's own stray script must not hide a sub-folder of migrations. */
function recognise(files: ProjectFiles): FoundFormat | null {
  const here = recogniseFormat(
    files,
    formats.filter((format) => format !== plain),
  );
  if (here !== null) return { format: here, folder: '' };
  for (const folder of conventionalFolders) {
    const format = recogniseFormat(filesBelow(files, folder));
    if (format !== null) return { format, folder };
  }
  return speaksFor(plain, files) ? { format: plain, folder: '' } : null;
}

function locate(files: ProjectFiles, format: Format): FoundFormat {
  const folders = speaksFor(format, files) ? [] : conventionalFolders;
  const folder = folders.find((candidate) => speaksFor(format, filesBelow(files, candidate)));
  return { format, folder: folder ?? '' };
}

function filesBelow(files: ProjectFiles, folder: string): ProjectFiles {
  return {
    paths: pathsBelow(files, folder),
    text: (path) => files.text(`${folder}/${path}`),
    sha256: (path) => files.sha256(`${folder}/${path}`),
  };
}

function pathsBelow(files: ProjectFiles, folder: string): readonly string[] {
  const prefix = `${folder}/`;
  return files.paths.filter((path) => path.startsWith(prefix)).map((path) => path.slice(prefix.length));
}

interface ProjectSource {
  readonly format: Format;
  readonly dir: string;
  readonly files: ProjectFiles;
  readonly options: Omit<ReadOptions, 'format'>;
}

async function buildProject(raw: RawProject, { format, dir, files, options }: ProjectSource): Promise<Project> {
  await loadParser();
  const findInclude = findIncludeIn(dir, options.cwd ?? dir);
  const uses = new Map<string, number>();
  for (const { up } of raw.migrations) uses.set(up.path, (uses.get(up.path) ?? 0) + 1);
  const migrations = raw.migrations.map((migration) => {
    const sharesFile = (uses.get(migration.up.path) ?? 0) > 1;
    return buildMigration(migration, { files, findInclude, variables: options.placeholders, sharesFile });
  });
  return { format: format.id, dir, migrations, transactionScope: raw.transactionScope, notes: raw.notes };
}

function noMigrations(dir: string, files: ProjectFiles, candidates: readonly Format[]): ChangeSafetyError {
  const program = files.paths.find((path) => /(?:^|\/)\d[^/]*\.(?:js|ts|mjs|cjs|py|rb|go|php|kt)$/.test(path));
  const content =
    files.paths.length === 0 ? 'The folder is empty' : `None of its ${files.paths.length} files is a migration`;
  return new ChangeSafetyError({
    code: 'project-not-found',
    message: `No migrations in ${dir}. ${content}; looked for: ${namedFormats(candidates)}.`,
    remedy:
      program === undefined
        ? 'Name the folder of the migrations (project.dir in lockkeeper.yaml), or single files.'
        : `${basename(program)} looks like a migration written as a program: rehearse the tool itself with --exec "COMMAND".`,
    effect: 'none',
  });
}
