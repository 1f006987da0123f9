import { defineConfig } from 'rolldown';

/** How our own code is made one file, for the package and for programs of the tests. */
export const bundling = {
  platform: 'node',
  transform: { target: 'node20.19' },
  // The helpers that stand for newer syntax come along; packages stay packages.
  external: (id: string) => !/^(?:[./]|@oxc-project\/runtime)/.test(id),
} as const;

/** One file for what is always needed and one for each part that is loaded later: hundreds of small ones load slowly. */
export default defineConfig({
  ...bundling,
  input: {
    index: 'src/index.ts',
    'cli/main': 'src/cli/main.ts',
    'cli/write-docs': 'src/cli/write-docs.ts',
  },
  output: { dir: 'dist', format: 'esm', chunkFileNames: 'chunks/[name].js' },
});
