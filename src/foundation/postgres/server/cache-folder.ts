import { accessSync, chmodSync, constants, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ChangeSafetyError } from '../../../model/change-safety-error.js';
import { diskFullError, isDiskFull } from '../../runtime/disk-space.js';
import { isReachableByAnybody, type ServerUser } from './server-user.js';

export interface CacheChoice {
  /** Where the user or the environment wants it. */
  readonly wanted: string;
  readonly temporaryRoot: string;
  readonly user: ServerUser;
  readonly onProgress: (text: string) => void;
}

/** The cache for a root whose own folders an unprivileged server cannot enter. */
const systemCache = '/var/cache/lockkeeper';

/**
 * The folder that keeps binaries and prepared data directories between runs; made if need be. A folder that
 * the server's user cannot enter, or nobody can write to, is replaced by another one, and the user is told.
 */
export function openCacheFolder(choice: CacheChoice): string {
  const { wanted, user, temporaryRoot, onProgress } = choice;
  const fallback = join(temporaryRoot, `lockkeeper-cache-${process.getuid?.() ?? 0}`);
  const refusals: string[] = [];
  for (const folder of user.delegated ? [wanted, systemCache, fallback] : [wanted, fallback]) {
    const refusal = tryFolder(folder, user, folder === fallback);
    if (refusal === null) {
      if (folder === fallback) onProgress(`Using ${folder} as the cache: ${refusals.join('; ')}`);
      return folder;
    }
    refusals.push(refusal);
  }
  throw new ChangeSafetyError({
    code: 'binaries-missing',
    message: `No folder for the cache of servers could be made: ${refusals.join('; ')}.`,
    remedy: 'Name a writable folder in LOCKKEEPER_CACHE.',
    effect: 'none',
  });
}

function tryFolder(folder: string, user: ServerUser, mustBeOwn: boolean): string | null {
  if (user.delegated && !isReachableByAnybody(folder)) return `the user who runs the server cannot enter ${folder}`;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o755 });
    const isOwn = statSync(folder).uid === process.getuid?.();
    // In a shared temporary folder somebody else may have made it, to plant a server of theirs.
    if (mustBeOwn && !isOwn) return `${folder} belongs to somebody else`;
    if (isOwn && user.delegated) chmodSync(folder, 0o755);
    accessSync(folder, constants.W_OK | constants.X_OK);
    return null;
  } catch (error) {
    if (isDiskFull(error)) throw diskFullError(folder, cacheRemedy, error);
    return `${folder} is not writable`;
  }
}

export const cacheRemedy = 'Free some space, or name another folder in LOCKKEEPER_CACHE.';
