import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { rollbackText, type RollbackFacts } from '../../back/rollback/script/rollback-text.js';
import type { ProjectFiles } from '../../foundation/project/format.js';
import { rollbackName } from '../../foundation/project/rollback-files/place-rollback.js';
import { renderForPsql } from '../../foundation/project/rollback-files/render-rollback.js';
import { type RollbackFile, writeRollback } from '../../foundation/project/rollback-files/write-rollback.js';
import { ChangeSafetyError } from '../../model/change-safety-error.js';
import type { RollbackFileReport } from '../../model/rollback-report.js';
import { shownPath } from '../select-migrations.js';

/** How generated rollbacks become files. */
export interface FileWishes {
  /** Nothing is written; the report holds what would be. */
  readonly dryRun: boolean;
  /** A folder for all of them, for psql; null: where the project's own tool looks for them. */
  readonly outputDir: string | null;
  /** A down part without a statement may be filled. */
  readonly fillEmpty: boolean;
}

export interface FilePlace {
  readonly format: string;
  /** Absolute folder of the project. */
  readonly dir: string;
  readonly files: ProjectFiles;
  /** Texts that files of the project have by now. */
  readonly filled: Map<string, string>;
  readonly wishes: FileWishes;
  readonly cwd: string;
}

/** Writes the file of a proved rollback. What is there already stays. Throws ChangeSafetyError `output-failed`. */
export async function writeRollbackFile(rollback: RollbackFacts, place: FilePlace): Promise<RollbackFileReport> {
  const { wishes, cwd, dir } = place;
  const file = fileOf(rollback, place);
  const absolute = join(wishes.outputDir === null ? dir : resolve(cwd, wishes.outputDir), file.path);
  const { why, content, mode } = file;
  const path = shownPath(cwd, absolute);
  if (mode === 'refused') return { outcome: 'kept', path, why, content: null };
  if (mode === 'fill') {
    const known = place.files.text(file.path);
    if (!wishes.dryRun) await fill(absolute, content, known);
    place.filled.set(file.path, content);
    return { outcome: wishes.dryRun ? 'would-fill' : 'filled', path, why, content };
  }
  if (wishes.dryRun) return { outcome: 'would-write', path, why, content };
  return (await create(absolute, content))
    ? { outcome: 'written', path, why, content }
    : { outcome: 'kept', path, why: 'the file is there already', content: null };
}

function fileOf(rollback: RollbackFacts, { format, files, wishes }: FilePlace): RollbackFile {
  const text = rollbackText(rollback);
  const { migration } = rollback;
  if (wishes.outputDir === null) return writeRollback({ format, migration, files, text, fillEmpty: wishes.fillEmpty });
  const name = format === 'liquibase' ? rollbackName({ path: migration.id }) : rollbackName(migration);
  return {
    mode: 'create',
    path: `${name}.rollback.sql`,
    content: renderForPsql(text),
    why: 'in the folder of --output',
  };
}

/** False when there is such a file: it may be somebody's own. */
async function create(path: string, content: string): Promise<boolean> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content, { flag: 'wx' });
    return true;
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'EEXIST') return false;
    throw failure(path, cause);
  }
}

/** Whole or not at all, and only if the file is what was read: somebody may have filled it meanwhile. */
async function fill(path: string, content: string, known: string): Promise<void> {
  const draft = `${path}.${randomUUID()}.tmp`;
  try {
    const now = await readFile(path, 'utf8');
    if (now.replace(/^\uFEFF/, '') !== known) throw new Error('the file was changed meanwhile');
    await writeFile(draft, now.startsWith('\uFEFF') ? `\uFEFF${content}` : content, { flag: 'wx' });
    await rename(draft, path);
  } catch (cause) {
    await rm(draft, { force: true });
    throw failure(path, cause);
  }
}

function failure(path: string, cause: unknown): ChangeSafetyError {
  return new ChangeSafetyError({
    code: 'output-failed',
    message: `The rollback could not be written to ${path}: ${cause instanceof Error ? cause.message : String(cause)}`,
    remedy: 'Check the folder and the space on its disk, and run the command again; files that are there stay.',
    effect: 'none',
    cause,
  });
}
