import { defineConfig } from 'rolldown';

/** How our own code is made one file, for the package and for programs of the tests. */
export const bundling = {
  platform: 'node',
  transform: { target: 'node20.19' },
  // The helpers that stand for newer syntax come along; packages stay packages.
  external: (id: string) => !/^(?:[./]|@oxc-project\/runtime)/.test(id),
} as const;

/** What loads together is one file, as hundreds of small ones load slowly: each entry here with all that it needs. */
const parts = [
  // Every command starts with these; helpers among them, so that no command loads another's part for their sake.
  { name: 'command-line', test: /src\/cli\/(?:program|surroundings)\.ts$|@oxc-project/, priority: 3 },
  // Nearly every command reads the configuration and the migrations.
  {
    name: 'migrations',
    test: /src\/(?:workflows\/select-migrations|foundation\/config\/load-config)\.ts$/,
    priority: 2,
  },
  { name: 'judgement', test: /src\/(?:cli\/run-check|report\/check\/json-pieces)\.ts$/, priority: 1 },
];

/** One file for each part, and for what is loaded later than its part. */
export default defineConfig({
  ...bundling,
  input: {
    index: 'src/index.ts',
    'cli/main': 'src/cli/main.ts',
    'cli/write-docs': 'src/cli/write-docs.ts',
  },
  output: { dir: 'dist', format: 'esm', chunkFileNames: 'chunks/[name].js', codeSplitting: { groups: parts } },
});
