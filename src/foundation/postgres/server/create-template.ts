import { chown, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ChangeSafetyError } from '../../../model/change-safety-error.js';
import { diskFullError, mentionsFullDisk } from '../../runtime/disk-space.js';
import { type CommandResult, runCommand } from '../../runtime/run-command.js';
import { makeTemporaryFolder } from '../../runtime/temporary-folder.js';
import { cacheRemedy } from './cache-folder.js';
import { serverSpawnOptions } from './server-process.js';
import type { TemplateRequest } from './template.js';
import { trimTemplate } from './trim-template.js';

/** Sorts by code point where the system has it: the same order everywhere, unlike the embedded server's old ICU. */
const locales = ['C.UTF-8', 'C'];

/** Makes the folder `target` with the data directory in it, whole or not at all. Throws ChangeSafetyError. */
export async function createTemplate(request: TemplateRequest, target: string): Promise<void> {
  request.onProgress(`Preparing a data directory of PostgreSQL ${request.binaries.version} once…`);
  const folder = await makeTemporaryFolder(request.cacheFolder, 'incoming-');
  try {
    if (request.user.delegated) await chown(folder.path, request.user.uid, request.user.gid);
    await initialise(request, join(folder.path, 'data'));
    await trimTemplate(join(folder.path, 'data'));
    await rename(folder.path, target);
  } finally {
    await folder[Symbol.asyncDispose]();
  }
}

async function initialise(request: TemplateRequest, data: string): Promise<void> {
  let result: CommandResult | null = null;
  for (const locale of locales) {
    await rm(data, { recursive: true, force: true });
    result = await runInitdb(request, data, locale);
    if (result.exitCode === 0) break;
  }
  if (result?.exitCode !== 0) throw templateFailed(request, result);
}

function templateFailed(request: TemplateRequest, result: CommandResult | null): ChangeSafetyError {
  const output = `${result?.startError?.message ?? ''}${result?.stderr ?? ''}${result?.stdout ?? ''}`.trim();
  if (mentionsFullDisk(output)) return diskFullError(request.cacheFolder, cacheRemedy);
  return new ChangeSafetyError({
    code: 'server-start-failed',
    message: `initdb could not prepare a data directory in ${request.cacheFolder}:\n${output}`,
    remedy: 'Check the folder of the cache (LOCKKEEPER_CACHE) and, with --server-bin, the installation it names.',
    effect: 'none',
  });
}

function runInitdb(request: TemplateRequest, data: string, locale: string): Promise<CommandResult> {
  const args = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', `--locale=${locale}`];
  // Segments of 1 MB keep the copy small; nobody needs the template after a crash of the machine.
  const small = ['--lc-messages=C', '--wal-segsize=1', '--no-sync', '--no-instructions'];
  return runCommand(join(request.binaries.binDir, 'initdb'), [...args, ...small], {
    ...serverSpawnOptions(request.user),
    timeoutMs: 120_000,
    signal: request.signal,
  });
}
