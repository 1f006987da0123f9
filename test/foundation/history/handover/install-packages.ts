import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

export const run = promisify(execFile);

export type Exports = Record<string, (...args: unknown[]) => unknown>;

/** Packages as they are published, in a folder of their own that goes with it. */
export interface InstalledPackages extends AsyncDisposable {
  readonly dir: string;
  /** Path of a program of one of the packages. */
  bin(name: string): string;
  load(name: string): Promise<Exports>;
}

export async function installPackages(packages: readonly string[]): Promise<InstalledPackages> {
  const dir = await mkdtemp(join(tmpdir(), 'lockkeeper-tools-'));
  await chmod(dir, 0o755);
  const quietly = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];
  await run('npm', ['install', '--prefix', dir, ...quietly, ...packages]);
  const require = createRequire(join(dir, 'x.js'));
  return {
    dir,
    bin: (name) => join(dir, 'node_modules', '.bin', name),
    load: async (name) => (await import(pathToFileURL(require.resolve(name)).href)) as Exports,
    [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }),
  };
}
