import { statfs } from 'node:fs/promises';
import { ChangeSafetyError } from '../../model/change-safety-error.js';

/**
 * - `enough`: the tables fit as they are;
 * - `tight`: they fit if they compress to half, as most do;
 * - `short`: they will hardly fit.
 */
export type DiskRoom = 'enough' | 'tight' | 'short';

/** A dump holds the rows of tables, compressed, and no indexes. */
export function judgeDiskRoom(freeBytes: number, tableBytes: number): DiskRoom {
  if (freeBytes >= tableBytes) return 'enough';
  return freeBytes >= tableBytes / 2 ? 'tight' : 'short';
}

/** What somebody without privileges may still write to the file system of a folder. */
export async function readFreeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

export interface RoomFacts {
  readonly folder: string;
  readonly freeBytes: number;
  readonly tableBytes: number;
}

export function roomTooShort({ folder, freeBytes, tableBytes }: RoomFacts): ChangeSafetyError {
  return new ChangeSafetyError({
    code: 'disk-full',
    message: `${folder} has ${megabytes(freeBytes)} free, and the tables take ${megabytes(tableBytes)}: their dump will hardly fit.`,
    remedy: 'Make room, or choose another folder with --out.',
    effect: 'none',
  });
}

export function roomIsTight({ folder, freeBytes, tableBytes }: RoomFacts): string {
  return `${folder} has ${megabytes(freeBytes)} free, and the tables take ${megabytes(tableBytes)}: the dump fits only if they compress well.`;
}

export function megabytes(bytes: number): string {
  return bytes < 10 * 2 ** 30 ? `${Math.ceil(bytes / 2 ** 20)} MB` : `${Math.ceil(bytes / 2 ** 30)} GB`;
}
