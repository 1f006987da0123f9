import { defineConfig } from 'rolldown';

/** One file for what is always needed and one for each part that is loaded later: hundreds of small ones load slowly. */
export default defineConfig({
  input: {
    index: 'src/index.ts',
    'cli/main': 'src/cli/main.ts',
    'cli/write-docs': 'src/cli/write-docs.ts',
  },
  platform: 'node',
  transform: { target: 'node20.19' },
  // The helpers that stand for newer syntax come along; packages stay packages.
  external: (id) => !/^(?:[./]|@oxc-project\/runtime)/.test(id),
  output: { dir: 'dist', format: 'esm', chunkFileNames: 'chunks/[name].js' },
});
