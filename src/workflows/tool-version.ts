import { createRequire } from 'node:module';

const manifest = createRequire(import.meta.url)('../../package.json') as { readonly version: string };

/** This tool, as every report and record names it. */
export const tool = { name: 'lockkeeper', version: manifest.version } as const;
