import { readFile, symlink } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';

interface LibraryLink {
  readonly source: string;
  readonly target: string;
}

/**
 * Makes the symbolic links between library names that an npm package cannot hold. The package's own install
 * script would, but install scripts are often off. Throws when a missing link cannot be made.
 */
export async function linkLibraries(packageDir: string): Promise<void> {
  const text = await readFile(join(packageDir, 'native', 'pg-symlinks.json'), 'utf8');
  for (const { source, target } of JSON.parse(text) as readonly LibraryLink[]) {
    const folder = join(packageDir, dirname(target));
    const pointed = relative(dirname(target), source);
    await symlink(pointed, join(folder, basename(target))).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}
