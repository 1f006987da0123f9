import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { bundleBench } from './bundle-bench.mjs';

/** Watches simulated hours, with and without a planted regression, and counts wrong and late decisions. */
const dir = await bundleBench('watch-simulation', { main: 'bench/watch-simulation/main.ts' });
await import(pathToFileURL(join(dir, 'main.mjs')).href);
