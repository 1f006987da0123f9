import { accessSync, chmodSync, constants, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ChangeSafetyError } from '../../../model/change-safety-error.js';
import { diskFullError, isDiskFull } from '../../runtime/disk-space.js';
import { isReachableByAnybody, type ServerUser } from './server-user.js';

export interface CacheChoice {
  readonly wanted: string;
  /** Somebody chose that folder (LOCKKEEPER_CACHE); otherwise it is only where caches usually are. */
  readonly isNamed: boolean;
  readonly temporaryRoot: string;
  readonly user: ServerUser;
  readonly onProgress: (text: string) => void;
}

/** The cache for a root whose own folders an unprivileged server cannot enter. */
const systemCache = '/var/cache/lockkeeper';

/**
 * The folder that keeps binaries and prepared data directories between runs; made if need be. Where the usual one
 * cannot serve, because the server's user cannot enter it or nobody can write to it, another one does; one that was
 * named is used or refused, for whoever names a cache means to find it again. Throws `config-invalid` for that,
 * `binaries-missing` when no folder serves.
 */
export function openCacheFolder(choice: CacheChoice): string {
  const { wanted, user, temporaryRoot, onProgress } = choice;
  if (choice.isNamed) {
    const refusal = tryFolder(wanted, user, false);
    if (refusal === null) return wanted;
    throw unusable(refusal, user);
  }
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

function unusable(refusal: string, { delegated }: ServerUser): ChangeSafetyError {
  return new ChangeSafetyError({
    code: 'config-invalid',
    message: `The folder of LOCKKEEPER_CACHE cannot be used: ${refusal}.`,
    remedy: delegated
      ? 'Name a folder that every user may enter, such as /var/cache/lockkeeper: run by root, the server has an unprivileged user.'
      : 'Name a writable folder, or leave LOCKKEEPER_CACHE out.',
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
