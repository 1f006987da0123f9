import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { identifyOwnProcess, isProcessAlive, type ProcessIdentity } from '../../foundation/runtime/process-identity.js';
import { ChangeSafetyError } from '../../model/change-safety-error.js';
import { syncFolder } from '../../foundation/runtime/write-private-file.js';
import { diskFullError, isDiskFull } from '../../foundation/runtime/disk-space.js';

/** A folder that becomes a backup in one step, or goes. */
export interface PartialFolder extends AsyncDisposable {
  readonly path: string;
  /** Gives it its name; from then on it stays. Returns its path. */
  finish(): Promise<string>;
}

const partialName = /^\..+\.partial$/;
const ownerFile = 'owner.json';

/** @throws ChangeSafetyError `disk-full` or `output-failed`. */
export async function makePartialFolder(out: string, name: string): Promise<PartialFolder> {
  const path = join(out, `.${name}.partial`);
  let finished = false;
  try {
    await mkdir(out, { recursive: true, mode: 0o700 });
    await mkdir(path, { mode: 0o700 });
    await writeFile(join(path, ownerFile), JSON.stringify(identifyOwnProcess()), { mode: 0o600 });
  } catch (cause) {
    throw folderFailed(out, cause);
  }
  return {
    path,
    finish: async () => {
      const target = join(out, name);
      await rm(join(path, ownerFile));
      await rename(path, target);
      finished = true;
      await syncFolder(out);
      return target;
    },
    [Symbol.asyncDispose]: async () => {
      if (!finished) await rm(path, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** Removes what processes left behind that were killed in the middle; returns the names. */
export async function sweepPartialFolders(out: string): Promise<readonly string[]> {
  const names = (await readdir(out).catch(() => [])).filter((name) => partialName.test(name));
  const swept: string[] = [];
  for (const name of names) {
    if (!(await isAbandoned(join(out, name)))) continue;
    await rm(join(out, name), { recursive: true, force: true, maxRetries: 3 });
    swept.push(name);
  }
  return swept;
}

async function isAbandoned(path: string): Promise<boolean> {
  try {
    return isProcessAlive(JSON.parse(await readFile(join(path, ownerFile), 'utf8')) as ProcessIdentity) === false;
  } catch {
    // Without a readable owner it may be in the making.
    return false;
  }
}

export function folderFailed(folder: string, cause: unknown): ChangeSafetyError {
  if (isDiskFull(cause)) return diskFullError(folder, 'Make room, or choose another folder with --out.', cause);
  return new ChangeSafetyError({
    code: 'output-failed',
    message: `${folder} cannot be written to: ${cause instanceof Error ? cause.message : String(cause)}`,
    remedy: 'Check the permissions of the folder, or choose another with --out.',
    effect: 'none',
    cause,
  });
}
