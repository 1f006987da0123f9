import { readFileSync, symlinkSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';

interface LibraryLink {
  readonly source: string;
  readonly target: string;
}

/**
 * Makes the symbolic links between library names that an npm package cannot hold. The package's own install
 * script would, but install scripts are often off. Throws when a missing link cannot be made.
 */
export function linkLibraries(packageDir: string): void {
  const text = readFileSync(join(packageDir, 'native', 'pg-symlinks.json'), 'utf8');
  for (const { source, target } of JSON.parse(text) as readonly LibraryLink[]) {
    const link = join(packageDir, dirname(target), basename(target));
    try {
      symlinkSync(relative(dirname(target), source), link);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}
