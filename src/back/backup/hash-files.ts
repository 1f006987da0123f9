import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { BackupFile } from '../../model/backup.js';

/** The files of a backup below its folder, but for those that are named; by path. */
export async function hashFiles(
  folder: string,
  except: readonly string[],
  signal: AbortSignal,
): Promise<readonly BackupFile[]> {
  const files: BackupFile[] = [];
  for (const path of await listFiles(folder)) {
    if (!except.includes(path)) files.push({ path, ...(await hashFile(join(folder, path), signal)) });
  }
  return files;
}

/** Takes from everybody but the owner what a program's umask may have given. */
export async function makePrivate(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries) await chmod(join(entry.parentPath, entry.name), entry.isDirectory() ? 0o700 : 0o600);
}

async function listFiles(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .toSorted();
}

async function hashFile(path: string, signal: AbortSignal): Promise<Pick<BackupFile, 'bytes' | 'sha256'>> {
  const hash = createHash('sha256');
  let bytes = 0;
  await pipeline(
    createReadStream(path),
    async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) {
        bytes += chunk.length;
        hash.update(chunk);
      }
    },
    { signal },
  );
  return { bytes, sha256: hash.digest('hex') };
}

/** What is not as the manifest says, in words; files that it does not name count too. */
export function findChangedFiles(recorded: readonly BackupFile[], present: readonly BackupFile[]): readonly string[] {
  const now = new Map(present.map((file) => [file.path, file]));
  const known = new Set(recorded.map(({ path }) => path));
  return [
    ...recorded.flatMap(({ path, bytes, sha256 }) => {
      const file = now.get(path);
      if (file === undefined) return [`${path} is missing`];
      if (file.bytes !== bytes) return [`${path} has ${file.bytes} bytes instead of ${bytes}`];
      return file.sha256 === sha256 ? [] : [`${path} has other bytes than were written`];
    }),
    ...present.filter(({ path }) => !known.has(path)).map(({ path }) => `${path} was added`),
  ];
}
