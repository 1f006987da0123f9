import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';
import { loadConfig } from 'rolldown/config';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Bundles programs of a bench, by their paths from the root; returns the folder they are in, by the names given. */
export async function bundleBench(name, programs) {
  // Inside the package, so that its modules find it by its name.
  const dir = join(root, 'coverage', name);
  const { platform, transform, external } = await loadConfig(join(root, 'rolldown.config.ts'));
  const input = Object.fromEntries(Object.entries(programs).map(([key, path]) => [key, join(root, path)]));
  await build({
    input,
    platform,
    transform,
    external,
    logLevel: 'silent',
    output: { dir, format: 'esm', entryFileNames: '[name].mjs', chunkFileNames: 'chunks/[name].mjs' },
  });
  return dir;
}
