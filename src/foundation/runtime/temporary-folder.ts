import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';

export interface TemporaryFolder extends AsyncDisposable {
  readonly path: string;
}

/** Makes a folder only its owner can enter; it goes, with all that is in it, when it is disposed of. */
export async function makeTemporaryFolder(root: string, prefix: string): Promise<TemporaryFolder> {
  const path = await mkdtemp(join(root, prefix));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 3 }) };
}
