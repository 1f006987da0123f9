import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withFileLock } from '../../foundation/runtime/file-lock.js';
import type { BackupEntry } from '../../model/backup.js';
import { ChangeSafetyError } from '../../model/change-safety-error.js';
import { folderFailed } from './partial-folder.js';
import { writePrivateFile } from '../../foundation/runtime/write-private-file.js';

/** The list of backups inside the evidence folder: what a gate reads to know how fresh they are. */
function backupListPath(evidenceDir: string): string {
  return join(evidenceDir, 'backups.json');
}

/** Oldest first; empty where there is no list. @throws ChangeSafetyError `output-failed` for one that cannot be read. */
export async function readBackupList(evidenceDir: string): Promise<readonly BackupEntry[]> {
  const path = backupListPath(evidenceDir);
  try {
    const list = JSON.parse(await readFile(path, 'utf8')) as unknown;
    if (!Array.isArray(list)) throw new Error('it is not a list');
    return list as readonly BackupEntry[];
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new ChangeSafetyError({
      code: 'output-failed',
      message: `The list of backups ${path} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
      remedy: 'Repair the file, or move it away: backups can be named by their folders, and verify lists them again.',
      effect: 'none',
      cause,
    });
  }
}

/**
 * Changes the list, alone among all processes, and writes it whole or not at all. Returns what is in it now.
 * @throws ChangeSafetyError `output-failed` or `disk-full`.
 */
export async function updateBackupList(
  evidenceDir: string,
  change: (entries: readonly BackupEntry[]) => readonly BackupEntry[],
): Promise<readonly BackupEntry[]> {
  const path = backupListPath(evidenceDir);
  await mkdir(evidenceDir, { recursive: true, mode: 0o700 }).catch((cause: unknown) => {
    throw folderFailed(evidenceDir, cause);
  });
  return await withFileLock(`${path}.lock`, async () => {
    const entries = change(await readBackupList(evidenceDir)).toSorted((left, right) =>
      left.createdAt < right.createdAt ? -1 : left.createdAt > right.createdAt ? 1 : 0,
    );
    await writePrivateFile(path, `${JSON.stringify(entries, null, 2)}\n`).catch((cause: unknown) => {
      throw folderFailed(evidenceDir, cause);
    });
    return entries;
  });
}

/** The list with this backup in it, as it is said here; one of the same folder is replaced. */
export function putBackup(entries: readonly BackupEntry[], entry: BackupEntry): readonly BackupEntry[] {
  return [...entries.filter(({ path }) => path !== entry.path), entry];
}
