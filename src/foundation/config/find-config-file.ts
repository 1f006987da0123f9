import { existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const fileNames = ['lockkeeper.yaml', 'lockkeeper.yml'] as const;

/**
 * Absolute path of the nearest configuration file, from `cwd` upwards; null when there is none.
 * The search ends at the root of the repository: a file above it belongs to somebody else.
 */
export function findConfigFile(cwd: string): string | null {
  for (let dir = resolve(cwd); ; dir = dirname(dir)) {
    for (const name of fileNames) {
      const path = join(dir, name);
      if (statSync(path, { throwIfNoEntry: false })?.isFile()) return path;
    }
    if (existsSync(join(dir, '.git')) || dirname(dir) === dir) return null;
  }
}
