import type { LoadedConfig } from '../../foundation/config/load-config.js';
import { fileTextOf } from '../../foundation/project/file-text.js';
import { ChangeSafetyError } from '../../model/change-safety-error.js';
import type { Migration } from '../../model/migration.js';
import { selectMigrations } from '../select-migrations.js';

/** The migrations as they lie on disk now. */
export interface ProjectFiles {
  /** SQL of each, as far as it was read from a file. */
  readonly scripts: readonly string[];
  /** SHA-256 of each file's bytes, hex, by its path as records name it. */
  readonly digests: ReadonlyMap<string, string>;
  /** Paths of files that hold nothing but what runs again whenever its text changes. */
  readonly repeatable: ReadonlySet<string>;
}

/** Null where there is no project, or none that can be read: records can be verified on a machine without it. */
export async function readProjectFiles({ config }: LoadedConfig, cwd: string): Promise<ProjectFiles | null> {
  const { dir, format, placeholders } = config.project;
  try {
    const { project } = await selectMigrations({ cwd, dir, format, placeholders }, { paths: [] }, null);
    if (project.migrations.length === 0) return null;
    const scripts = project.migrations.flatMap((migration) => [
      fileTextOf(migration),
      ...[...migration.statements, ...(migration.down?.statements ?? [])].map(({ sql }) => sql),
    ]);
    const sources = project.migrations.flatMap((migration) => migration.sources);
    return {
      scripts,
      digests: new Map(sources.map(({ path, sha256 }) => [path, sha256])),
      repeatable: repeatableFiles(project.migrations),
    };
  } catch (cause) {
    if (cause instanceof ChangeSafetyError) return null;
    throw cause;
  }
}

/** A file may hold several migrations, or be included by one that is applied for good. */
function repeatableFiles(migrations: readonly Migration[]): ReadonlySet<string> {
  const pathsOf = (some: readonly Migration[]) => some.flatMap(({ sources }) => sources.map(({ path }) => path));
  const forGood = new Set(pathsOf(migrations.filter(({ repeatable }) => !repeatable)));
  return new Set(pathsOf(migrations.filter(({ repeatable }) => repeatable)).filter((path) => !forGood.has(path)));
}
