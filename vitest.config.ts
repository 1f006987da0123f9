import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // .test.ts is pure, .pg.test.ts needs a server, scenarios drive the built command.
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/provide-servers.ts'],
    // Every file may hold servers and native modules of its own: processes end cleanly where threads do not.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
