import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { defaultConfig } from '../../src/foundation/config/config.js';
import { startServers } from '../../src/workflows/start-servers.js';

const stage = { url: null, standby: false, rows: null, role: null };

function begin() {
  const { signal } = new AbortController();
  return startServers(defaultConfig, { env: process.env, signal, onProgress: () => undefined, stage });
}

async function foldersOfOurs(): Promise<readonly string[]> {
  return (await readdir(tmpdir())).filter((name) => name.startsWith(`lk-${process.pid}-`));
}

test('servers that nobody takes are ended as soon as they are launched, and leave nothing', async () => {
  {
    await using servers = begin();
    await servers.launched;
    expect(await foldersOfOurs()).not.toEqual([]);
    servers.ready.catch(() => undefined);
  }
  expect(await foldersOfOurs()).toEqual([]);
});

test('servers that are ready have an empty database and the counters', async () => {
  await using servers = begin();
  const { maintenance, hasCounters, standby } = await servers.ready;
  expect({ hasCounters, standby }).toEqual({ hasCounters: true, standby: null });
  const { rows } = await maintenance.query("SELECT count(*)::int AS n FROM pg_database WHERE datname = 'stage'");
  expect(rows).toEqual([{ n: 1 }]);
});
