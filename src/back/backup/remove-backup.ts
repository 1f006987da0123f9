import { rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { readManifest } from './read-backup.js';

/** Removes a backup's folder: its name goes first, so that no half of it is ever taken for one. Only what has a manifest. */
export async function removeBackup(path: string): Promise<void> {
  await readManifest(path);
  const going = join(dirname(path), `.${basename(path)}.going`);
  await rename(path, going);
  await rm(going, { recursive: true, force: true, maxRetries: 3 });
}
