import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { bundleBench } from './bundle-bench.mjs';

/** What traffic feels of usual changes: by lockkeeper, by plain psql, and by psql with a lock timeout and retries. */
const dir = await bundleBench('usual-changes', {
  main: 'bench/usual-changes/main.ts',
  traffic: 'bench/usual-changes/traffic.ts',
});
const child = spawn(process.execPath, [join(dir, 'main.mjs'), join(dir, 'traffic.mjs'), ...process.argv.slice(2)], {
  stdio: 'inherit',
});
child.on('exit', (code) => {
  process.exitCode = code ?? 1;
});
