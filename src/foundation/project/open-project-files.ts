import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ChangeSafetyError } from '../../model/change-safety-error.js';
import { decodeText } from './decode-text.js';
import type { ProjectFiles } from './format.js';

const ignoredFolders = new Set(['node_modules', '.git', '.lockkeeper']);

/** A migration beyond this is data, which belongs into a file of its own. */
const largestFileBytes = 64 * 1024 * 1024;

/**
 * Lists a folder with its sub-folders; a file's bytes are read when they are first asked for, and then kept.
 * @throws ChangeSafetyError `project-not-found` when the folder does not exist.
 */
export async function openProjectFiles(dir: string): Promise<ProjectFiles> {
  const paths = await listFiles(dir, '');
  return projectFiles(dir, paths.toSorted(compareCodeUnits));
}

/** The files under given relative paths alone. */
export function projectFiles(dir: string, paths: readonly string[]): ProjectFiles {
  const texts = new Map<string, string>();
  const bytes = new Map<string, Buffer>();
  const read = (path: string) => remember(bytes, path, () => readBytes(join(dir, path), path));
  return {
    paths,
    text: (path) => remember(texts, path, () => decodeText(read(path), path)),
    sha256: (path) => createHash('sha256').update(read(path)).digest('hex'),
  };
}

function compareCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function remember<Value>(known: Map<string, Value>, key: string, make: () => Value): Value {
  const value = known.get(key) ?? make();
  known.set(key, value);
  return value;
}

function readBytes(file: string, path: string): Buffer {
  try {
    const { size } = statSync(file);
    if (size <= largestFileBytes) return readFileSync(file);
  } catch (cause) {
    throw new ChangeSafetyError({
      code: 'project-not-found',
      message: `${path} cannot be read: ${(cause as Error).message}`,
      remedy: 'Check the path and its permissions.',
      effect: 'none',
      cause,
    });
  }
  throw new ChangeSafetyError({
    code: 'script-invalid',
    message: `${path} is larger than 64 MB.`,
    remedy: 'Keep data out of migrations: load it with --data, or with a job of its own.',
    effect: 'none',
  });
}

async function listFiles(dir: string, prefix: string): Promise<readonly string[]> {
  const entries = await readdir(join(dir, prefix), { withFileTypes: true }).catch((cause: Error) => {
    throw new ChangeSafetyError({
      code: 'project-not-found',
      message: `The folder ${join(dir, prefix)} cannot be read: ${cause.message}`,
      remedy: 'Name the folder of the migrations: --dir DIR, or project.dir in lockkeeper.yaml.',
      effect: 'none',
      cause,
    });
  });
  const lists = await Promise.all(
    entries.map(async (entry): Promise<readonly string[]> => {
      const path = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
      if (entry.isDirectory()) return ignoredFolders.has(entry.name) ? [] : listFiles(dir, path);
      // A linked folder could lead in a circle; a linked file is a file.
      const isFile = entry.isFile() || (entry.isSymbolicLink() && (await isLinkedFile(join(dir, path))));
      return isFile ? [path] : [];
    }),
  );
  return lists.flat();
}

async function isLinkedFile(file: string): Promise<boolean> {
  return stat(file).then(
    (target) => target.isFile(),
    () => false,
  );
}
