import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Whether one of the folders holds the server's loadable module of that name, under any platform's suffix. */
export function hasLoadableModule(folders: readonly string[], name: string): boolean {
  return folders.some((folder) => ['.so', '.dylib'].some((suffix) => existsSync(join(folder, name + suffix))));
}
