import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ChangeSafetyError } from '../model/change-safety-error.js';

/** The absolute paths if all are files, null if none is. Throws ChangeSafetyError `usage` when they are mixed or missing. */
export async function namedFiles(cwd: string, paths: readonly string[]): Promise<readonly string[] | null> {
  const absolute = paths.map((path) => resolve(cwd, path));
  const kinds = await Promise.all(absolute.map(kindOf));
  const missing = paths.filter((_, index) => kinds[index] === null);
  if (missing.length > 0)
    throw usageError(`Not found: ${missing.join(', ')}`, 'Name a folder of migrations, or SQL files.');
  if (kinds.every((kind) => kind === 'folder')) {
    if (paths.length > 1) throw usageError('Several folders were named.', 'Rehearse one project at a time.');
    return null;
  }
  if (kinds.includes('folder'))
    throw usageError('Folders and files were named together.', 'Name one folder, or files.');
  return absolute;
}

/** Null when there is nothing at the path. */
export async function kindOf(path: string): Promise<'file' | 'folder' | null> {
  const found = await stat(path).catch(() => null);
  if (found === null) return null;
  return found.isDirectory() ? 'folder' : 'file';
}

function usageError(message: string, remedy: string): ChangeSafetyError {
  return new ChangeSafetyError({ code: 'usage', message, remedy, effect: 'none' });
}
