import { hash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
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
    sha256: (path) => hash('sha256', read(path), 'hex'),
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
    const bytes = readUpTo(file, largestFileBytes);
    if (bytes !== null) return bytes;
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

/** Where a file's bytes arrive; most files are smaller, and then need no other look at them. */
const arrival = Buffer.alloc(64 * 1024);

/** The bytes of a file; null when there are more than the limit. */
function readUpTo(file: string, limit: number): Buffer | null {
  const descriptor = openSync(file, 'r');
  try {
    let length = 0;
    for (let read = -1; read !== 0 && length < arrival.length; length += read) {
      read = readSync(descriptor, arrival, length, arrival.length - length, null);
    }
    const head = Buffer.from(arrival.subarray(0, length));
    if (length < arrival.length) return head;
    return fstatSync(descriptor).size > limit ? null : Buffer.concat([head, readFileSync(descriptor)]);
  } finally {
    closeSync(descriptor);
  }
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
  const found: string[] = [];
  for (const entry of entries) {
    const path = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
    if (entry.isFile()) found.push(path);
    else if (entry.isDirectory()) found.push(...(ignoredFolders.has(entry.name) ? [] : await listFiles(dir, path)));
    // A linked folder could lead in a circle; a linked file is a file.
    else if (entry.isSymbolicLink() && (await isLinkedFile(join(dir, path)))) found.push(path);
  }
  return found;
}

async function isLinkedFile(file: string): Promise<boolean> {
  return stat(file).then(
    (target) => target.isFile(),
    () => false,
  );
}
