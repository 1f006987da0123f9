import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { dirname, join } from 'node:path';
import { build } from 'rolldown';
import { loadConfig } from 'rolldown/config';

/** Disturbs runs at every boundary between two messages of the wire, finishes them, and looks what is left. */
const here = dirname(fileURLToPath(import.meta.url));
// Inside the package, so that its modules find it by its name.
const dir = join(here, '..', 'coverage', 'torture');
const { platform, transform, external } = await loadConfig(join(here, '..', 'rolldown.config.ts'));
await build({
  input: { main: join(here, 'torture', 'main.ts'), runner: join(here, '..', 'test/during/apply/torture/runner.ts') },
  platform,
  transform,
  external,
  logLevel: 'silent',
  output: { dir, format: 'esm', entryFileNames: '[name].mjs', chunkFileNames: 'chunks/[name].mjs' },
});
const child = spawn(process.execPath, [join(dir, 'main.mjs'), join(dir, 'runner.mjs'), ...process.argv.slice(2)], {
  stdio: 'inherit',
});
child.on('exit', (code) => {
  process.exitCode = code ?? 1;
});
