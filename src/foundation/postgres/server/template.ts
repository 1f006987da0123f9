import { existsSync } from 'node:fs';
import { chown, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ChangeSafetyError } from '../../../model/change-safety-error.js';
import { diskFullError, isDiskFull, mentionsFullDisk } from '../../runtime/disk-space.js';
import { withFileLock } from '../../runtime/file-lock.js';
import { type CommandResult, runCommand } from '../../runtime/run-command.js';
import { makeTemporaryFolder } from '../../runtime/temporary-folder.js';
import type { Binaries } from './binaries.js';
import { cacheRemedy } from './cache-folder.js';
import { serverSpawnOptions } from './server-process.js';
import type { ServerUser } from './server-user.js';
import { trimTemplate } from './trim-template.js';

export interface TemplateRequest {
  readonly binaries: Binaries;
  readonly user: ServerUser;
  readonly cacheFolder: string;
  readonly onProgress: (text: string) => void;
  readonly signal?: AbortSignal;
}

/** Sorts by code point where the system has it: the same order everywhere, unlike the embedded server's old ICU. */
const locales = ['C.UTF-8', 'C'];

/** The prepared data directory that every cluster of this version is a copy of; made once, in about a second. */
export async function provideTemplate(request: TemplateRequest): Promise<string> {
  const target = join(request.cacheFolder, `template-${request.binaries.key}-${request.user.uid}`);
  const data = join(target, 'data');
  if (existsSync(data)) return data;
  const onWait = () => request.onProgress('Waiting for another run that is preparing the same data directory…');
  const provide = async () => (existsSync(data) ? undefined : createTemplate(request, target));
  await withFileLock(`${target}.lock`, provide, { onWait, signal: request.signal }).catch((error: unknown) => {
    throw isDiskFull(error) ? diskFullError(request.cacheFolder, cacheRemedy, error) : error;
  });
  return data;
}

async function createTemplate(request: TemplateRequest, target: string): Promise<void> {
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
    if (result.exitCode === 0) return;
  }
  const output = `${result?.startError?.message ?? ''}${result?.stderr ?? ''}${result?.stdout ?? ''}`.trim();
  if (mentionsFullDisk(output)) throw diskFullError(request.cacheFolder, cacheRemedy);
  throw new ChangeSafetyError({
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
