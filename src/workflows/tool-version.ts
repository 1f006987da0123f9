import { createRequire } from 'node:module';

// By its own name: where this code lies in the package is up to the build.
const manifest = createRequire(import.meta.url)('lockkeeper/package.json') as { readonly version: string };

/** This tool, as every report and record names it. */
export const tool = { name: 'lockkeeper', version: manifest.version } as const;
