import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileNames } from '../../back/backup/backup-names.js';
import { putBackup, readBackupList, updateBackupList } from '../../back/backup/backup-list.js';
import { entryOf, nameOf, readManifest } from '../../back/backup/read-backup.js';
import type { BackupEntry, BackupManifest, ListedBackup } from '../../model/backup.js';
import { ChangeSafetyError } from '../../model/change-safety-error.js';
import type { BackupPlace } from './backup-request.js';

export interface FoundBackup {
  readonly entry: BackupEntry;
  readonly manifest: BackupManifest;
}

/** The backup that is meant: by its folder, by its name, or the newest that is there. @throws ChangeSafetyError `usage`. */
export async function findBackup(place: BackupPlace, named: string | null, cwd: string): Promise<FoundBackup> {
  const list = await readBackupList(place.evidenceDir);
  const path = named === null ? newest(list) : pathOf(place, list, { named, cwd });
  const manifest = await readManifest(path);
  // One that was brought from elsewhere is not in the list yet.
  return { manifest, entry: list.find((entry) => entry.path === path) ?? entryOf(path, manifest) };
}

function newest(list: readonly BackupEntry[]): string {
  const last = list.findLast(({ path }) => isPresent(path));
  if (last !== undefined) return last.path;
  throw new ChangeSafetyError({
    code: 'usage',
    message: 'There is no backup.',
    remedy: 'Make one with lockkeeper backup create, or name the folder of one.',
    effect: 'none',
  });
}

function pathOf(
  { usualOut }: BackupPlace,
  list: readonly BackupEntry[],
  { named, cwd }: { readonly named: string; readonly cwd: string },
): string {
  const folder = resolve(cwd, named);
  if (isPresent(folder)) return folder;
  const listed = list.findLast((entry) => nameOf(entry) === named && isPresent(entry.path));
  return listed?.path ?? (named.includes('/') ? folder : join(usualOut, named));
}

function isPresent(path: string): boolean {
  return existsSync(join(path, fileNames.manifest));
}

export function describeListed(entry: BackupEntry, now: Date): ListedBackup {
  return { ...entry, present: isPresent(entry.path), ageMs: now.getTime() - Date.parse(entry.createdAt) };
}

/** Says in the list what became of a backup. Returns what it says now. */
export async function recordBackup(
  { evidenceDir }: BackupPlace,
  entry: BackupEntry,
  news: Partial<Pick<BackupEntry, 'verifiedAt' | 'restoredAt'>> = {},
): Promise<BackupEntry> {
  const entries = await updateBackupList(evidenceDir, (list) => {
    const current = list.find(({ path }) => path === entry.path) ?? entry;
    return putBackup(list, { ...current, ...news });
  });
  return entries.find(({ path }) => path === entry.path) ?? { ...entry, ...news };
}
