import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { bundleBench } from './bundle-bench.mjs';

/** Disturbs runs at every boundary between two messages of the wire, finishes them, and looks what is left. */
const dir = await bundleBench('torture', {
  main: 'bench/torture/main.ts',
  runner: 'test/during/apply/torture/runner.ts',
});
const child = spawn(process.execPath, [join(dir, 'main.mjs'), join(dir, 'runner.mjs'), ...process.argv.slice(2)], {
  stdio: 'inherit',
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code) => {
  process.exitCode = code ?? 1;
});
