import { existsSync, statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Cluster, launchCluster, startCluster } from '../../../../src/foundation/postgres/server/cluster.js';
import { connect } from '../../../../src/foundation/postgres/session.js';
import { makeTemporaryFolder } from '../../../../src/foundation/runtime/temporary-folder.js';

async function ask(cluster: Cluster, sql: string): Promise<readonly unknown[]> {
  await using session = await connect(cluster.connection(), { applicationName: 'test' });
  return Object.values((await session.query(sql)).rows[0] ?? {});
}

test.each([15, 16, 17, 18] as const)('a cluster of major %d starts, answers, and leaves nothing', async (major) => {
  const cluster = await startCluster({ major, serverBin: null });
  try {
    expect(cluster).toMatchObject({ major, source: 'embedded', version: expect.stringMatching(`^${major}\\.`) });
    expect(await ask(cluster, 'SHOW server_version')).toEqual([cluster.version]);
    expect(await ask(cluster, 'SHOW listen_addresses')).toEqual(['']);
    expect(
      await ask(cluster, "SELECT current_setting('fsync') AS a, current_setting('full_page_writes') AS b"),
    ).toEqual(['off', 'on']);
    expect(statSync(cluster.socketDir).mode & 0o077).toBe(0);
  } finally {
    await cluster.stop();
  }
  expect(existsSync(cluster.dataDir)).toBe(false);
  expect(existsSync(cluster.socketDir)).toBe(false);
});

test('settings of the caller and of ALTER SYSTEM take effect in the usual order', async () => {
  await using cluster = await startCluster({ major: 17, serverBin: null, settings: { work_mem: '3MB' } });
  expect(await ask(cluster, 'SHOW work_mem')).toEqual(['3MB']);
  await ask(cluster, "ALTER SYSTEM SET work_mem = '5MB'");
  await ask(cluster, 'SELECT pg_reload_conf()');
  await expect.poll(() => ask(cluster, 'SHOW work_mem')).toEqual(['5MB']);
});

test('a trimmed template is a sound cluster: catalogs verify and free space maps come back', async () => {
  await using cluster = await startCluster({ major: 17, serverBin: null });
  await ask(cluster, 'CREATE EXTENSION amcheck');
  const damaged = `SELECT count(*)::int FROM pg_class c, LATERAL verify_heapam(c.oid) WHERE c.relkind IN ('r', 't')
     AND c.relpersistence = 'p'`;
  expect(await ask(cluster, damaged)).toEqual([0]);
  await ask(cluster, 'VACUUM FULL pg_catalog.pg_class');
  await ask(cluster, 'VACUUM pg_catalog.pg_attribute');
  expect(await ask(cluster, 'CREATE DATABASE copy TEMPLATE template0')).toEqual([]);
});

test('a launched cluster becomes whole: every database of the template is there, file by file', async () => {
  await using cluster = await launchCluster({ major: 17, serverBin: null });
  await cluster.whole;
  const counts = `SELECT count(*) FILTER (WHERE f NOT LIKE '%\\_fsm')::int FROM pg_ls_dir('base/' || $1) f`;
  await using session = await connect(cluster.connection(), { applicationName: 'test' });
  const files = async (oid: string) => (await session.query(counts, [oid])).rows[0]?.['count'];
  expect(await files('1')).toBe(await files('4'));
  expect(await ask(cluster, 'CREATE DATABASE copy')).toEqual([]);
});

test('clusters that start at the same time do not meet', async () => {
  const clusters = await Promise.all([1, 2, 3].map(() => startCluster({ major: 17, serverBin: null })));
  try {
    expect(new Set(clusters.map((cluster) => cluster.socketDir)).size).toBe(3);
    await Promise.all(clusters.map((cluster, index) => ask(cluster, `CREATE TABLE t${index} ()`)));
    const tables = "SELECT string_agg(relname, ',') FROM pg_class WHERE relnamespace = 'public'::regnamespace";
    for (const [index, cluster] of clusters.entries()) expect(await ask(cluster, tables)).toEqual([`t${index}`]);
  } finally {
    await Promise.all(clusters.map((cluster) => cluster.stop()));
  }
});

test('a data root too long for a socket gets its socket elsewhere', async () => {
  await using folder = await makeTemporaryFolder(tmpdir(), 'long-');
  const dataRoot = join(folder.path, 'x'.repeat(120));
  await mkdir(dataRoot);
  const canEnter = process.getuid?.() !== 0;
  await using cluster = await startCluster({ major: 17, serverBin: null, dataRoot });
  expect(Buffer.byteLength(join(cluster.socketDir, `.s.PGSQL.${cluster.port}`))).toBeLessThan(104);
  expect(cluster.dataDir.startsWith(dataRoot)).toBe(canEnter);
  expect(await ask(cluster, 'SELECT 1')).toEqual([1]);
});
