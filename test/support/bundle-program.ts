import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';
import { bundling } from '../../rolldown.config.js';

/** Where packages are found, this one too, and other users may look: not in node_modules, where none finds itself. */
const folder = fileURLToPath(new URL('../../coverage/programs', import.meta.url));

/** Bundles a test's own program, as the package is bundled, so that plain Node can run it. Returns its path. */
export async function bundleProgram(source: string): Promise<string> {
  const name = basename(source).replace(/\.ts$/, '.mjs');
  await build({
    input: source,
    ...bundling,
    logLevel: 'silent',
    output: { dir: folder, format: 'esm', entryFileNames: name, chunkFileNames: 'chunks/[name].mjs' },
  });
  return join(folder, name);
}
