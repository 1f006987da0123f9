import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { diskFullError, isDiskFull } from '../../runtime/disk-space.js';
import type { Binaries } from './binaries.js';
import { cacheRemedy } from './cache-folder.js';
import type { ServerUser } from './server-user.js';

export interface TemplateRequest {
  readonly binaries: Binaries;
  readonly user: ServerUser;
  readonly cacheFolder: string;
  readonly onProgress: (text: string) => void;
  readonly signal?: AbortSignal;
}

/** The prepared data directory that every cluster of this version is a copy of; made once, in about a second. */
export async function provideTemplate(request: TemplateRequest): Promise<string> {
  const target = join(request.cacheFolder, `template-${request.binaries.key}-${request.user.uid}`);
  const data = join(target, 'data');
  if (existsSync(data)) return data;
  // What makes a template is loaded only to make one: nearly every start finds it made.
  const { createTemplate } = await import('./create-template.js');
  const { withFileLock } = await import('../../runtime/file-lock.js');
  const onWait = () => request.onProgress('Waiting for another run that is preparing the same data directory…');
  const provide = async () => (existsSync(data) ? undefined : createTemplate(request, target));
  await withFileLock(`${target}.lock`, provide, { onWait, signal: request.signal }).catch((error: unknown) => {
    throw isDiskFull(error) ? diskFullError(request.cacheFolder, cacheRemedy, error) : error;
  });
  return data;
}
