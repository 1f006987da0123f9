import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { appendFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startClusterWithStandby } from '../../../src/foundation/postgres/server/standby.js';
import { connect } from '../../../src/foundation/postgres/session.js';
import { readEnvironment } from '../../../src/foundation/runtime/environment.js';
import { findClientTool } from '../../../src/foundation/stage/find-client-tool.js';
import type { BackupManifest } from '../../../src/model/backup.js';
import { createBackup, listBackups, pruneBackups, restoreBackup, verifyBackup } from '../../../src/workflows/backup.js';
import { type BackupServer, startBackupServer, urlOf } from './backup-server.js';

let server: BackupServer;
let number = 0;

beforeAll(async () => {
  server = await startBackupServer(15);
});

afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
});

const shop = `CREATE TABLE users (id int PRIMARY KEY, name text); INSERT INTO users SELECT i, 'n' || i FROM generate_series(1, 50) i`;

/** A database of its own for each test, named when it is needed. */
async function makeShop(sql = shop) {
  number += 1;
  const name = `shop_${number}`;
  const database = { database: await server.makeDatabase(name, sql), target: null };
  const request = { ...server.request, database, out: join(server.folder, name) };
  return { name, database, request, open: () => server.open(name) };
}

const agree = async () => true;

describe('a backup that is not whole', () => {
  test('is found out when a byte was changed, and not restored; what was proved before no longer is', async () => {
    const { request, database } = await makeShop();
    const { backup } = await createBackup(request);
    expect((await verifyBackup({ ...request, backup: backup.path })).backup.verifiedAt).not.toBeNull();
    await appendFile(join(backup.path, 'data.dump'), 'x');
    const verified = await verifyBackup({ ...request, backup: backup.path });
    expect(verified).toMatchObject({ verdict: 'failed', checks: [{ id: 'files', outcome: 'failed' }] });
    expect(verified.backup.verifiedAt).toBeNull();
    const restoring = restoreBackup({ ...request, backup: backup.path, database, clean: true, agree });
    await expect(restoring).rejects.toMatchObject({ code: 'restore-refused', effect: 'none' });
  });

  test('is found out when its rows or its schema are not those that were recorded', async () => {
    const { request } = await makeShop();
    const { backup } = await createBackup(request);
    const path = join(backup.path, 'manifest.json');
    const manifest = JSON.parse(await readFile(path, 'utf8')) as BackupManifest;
    const tables = manifest.tables.map((table) => ({ ...table, rows: 51 }));
    await writeFile(path, JSON.stringify({ ...manifest, tables }));
    const verified = await verifyBackup({ ...request, backup: backup.path });
    expect(verified).toMatchObject({
      verdict: 'failed',
      rowDifferences: ['public.users has 50 rows instead of 51'],
      checks: [
        {},
        {},
        { id: 'restore', outcome: 'passed' },
        { id: 'schema', outcome: 'passed' },
        { outcome: 'failed' },
      ],
    });
    expect(verified.backup).toMatchObject({ verifiedAt: null, restoredAt: expect.any(String) });
  });

  test('does not exist: an interruption leaves neither files nor sessions', async () => {
    const { request, open, name } = await makeShop();
    const controller = new AbortController();
    await using blocker = await open();
    const blocked = { done: Promise.resolve() as Promise<unknown> };
    const creating = createBackup({
      ...request,
      signal: controller.signal,
      onProgress: (progress) => {
        if (progress.kind !== 'phase' || !progress.text.startsWith('Dumping')) return;
        blocked.done = blocker.query('BEGIN; LOCK TABLE users IN ACCESS EXCLUSIVE MODE');
        setTimeout(() => controller.abort(), 700);
      },
    });
    await expect(creating).rejects.toMatchObject({ code: 'interrupted', effect: 'none' });
    await blocked.done;
    await blocker.query('ROLLBACK');
    expect(await readdir(request.out)).toEqual([]);
    await expect.poll(() => sessionsIn(name), { timeout: 5000 }).toEqual(['backup test']);
  });

  test('does not exist when another process was killed in the middle: the next backup clears it away', async () => {
    const { request } = await makeShop();
    const left = join(request.out, '.pre-20260101T000000Z.partial');
    await mkdir(left, { recursive: true });
    const { namespace } = JSON.parse(await ownIdentity()) as { readonly namespace: string };
    await writeFile(join(left, 'owner.json'), JSON.stringify({ pid: 999_999_999, startedAt: '1', namespace }));
    await createBackup(request);
    expect((await readdir(request.out)).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  const sessionsIn = async (name: string) => {
    const sql = 'SELECT application_name FROM pg_stat_activity WHERE datname = $1';
    return (await server.admin.query(sql, [name])).rows.map((row) => row['application_name']);
  };
  const ownIdentity = async () => {
    const { identifyOwnProcess } = await import('../../../src/foundation/runtime/process-identity.js');
    return JSON.stringify(identifyOwnProcess());
  };
});

test('a user without privileges makes one, and is told why there is no restore point', async () => {
  const { name, request } = await makeShop();
  await server.admin.query('CREATE ROLE reader LOGIN IN ROLE pg_read_all_data');
  const database = { database: urlOf(server.cluster, name).replace(/user=\S+/, 'user=reader'), target: null };
  const { manifest, backup } = await createBackup({ ...request, database, checksumTableBytes: 0 });
  expect(manifest.restorePoint.why).toContain('pg_create_restore_point');
  expect(manifest.tables).toMatchObject([{ counted: 'estimate', relation: 'public.users' }]);
  const verified = await verifyBackup({ ...request, backup: backup.path });
  expect(verified).toMatchObject({ verdict: 'passed', notCompared: ['public.users'] });
});

test('a standby is backed up as it has replayed, and can write no restore point', async () => {
  await using servers = await startClusterWithStandby({ major: 15, serverBin: null });
  await using primary = await connect(servers.primary.connection(), { applicationName: 'backup test' });
  await primary.query(shop);
  const { rows } = await primary.query('SELECT pg_current_wal_lsn()::text AS lsn');
  await using standby = await connect(servers.standby.connection(), { applicationName: 'backup test' });
  const replayed = 'SELECT pg_last_wal_replay_lsn() >= $1::pg_lsn AS yes';
  await expect.poll(async () => (await standby.query(replayed, [rows[0]?.['lsn']])).rows[0]?.['yes']).toBe(true);
  const database = { database: urlOf(servers.standby, 'postgres'), target: null };
  const { manifest, backup } = await createBackup({ ...server.request, database, out: join(server.folder, 'standby') });
  expect(manifest).toMatchObject({
    snapshot: { standby: true },
    restorePoint: { name: null, why: 'a standby cannot write one' },
  });
  const verified = await verifyBackup({ ...server.request, backup: backup.path });
  expect(verified.checks.filter(({ outcome }) => outcome !== 'passed')).toEqual([]);
});

test('a backup of the schema alone is proved without rows', async () => {
  const { request } = await makeShop();
  const { backup } = await createBackup({ ...request, schemaOnly: true });
  const verified = await verifyBackup({ ...request, backup: backup.path });
  expect(verified).toMatchObject({ verdict: 'passed', checks: [{}, {}, {}, {}, { id: 'rows', outcome: 'skipped' }] });
});

const newest = await findClientTool('pg_dump', readEnvironment(process.env));

test.runIf(newest !== null && newest.major < 18)(
  'a server that is newer than every pg_dump is refused in words',
  async () => {
    await using young = await startBackupServer(18);
    const database = { database: urlOf(young.cluster, 'postgres'), target: null };
    await expect(createBackup({ ...young.request, database })).rejects.toMatchObject({
      code: 'tool-missing',
      message: expect.stringContaining(
        `pg_dump on this machine is version ${newest?.major}; pg_dump 18 or newer is needed`,
      ),
      remedy: expect.stringContaining('postgresql-client-18'),
    });
  },
);

describe('a restore', () => {
  test('replaces what is there, once nobody else is connected', async () => {
    const { request, database, open, name } = await makeShop();
    const { backup } = await createBackup(request);
    const restore = { ...request, backup: backup.path, database, agree };
    await using other = await open();
    await other.query('DELETE FROM users; CREATE TABLE younger (id int)');
    await expect(restoreBackup(restore)).rejects.toMatchObject({ message: expect.stringContaining('is not empty') });
    const clean = { ...restore, clean: true };
    await expect(restoreBackup(clean)).rejects.toMatchObject({
      code: 'restore-refused',
      message: expect.stringContaining(`(backup test), pid ${other.pid}`),
    });
    expect((await other.query('SELECT 1 AS one')).rows).toHaveLength(1);
    expect(await restoreBackup({ ...clean, forceDisconnect: true, agree: async () => false })).toMatchObject({
      restored: false,
    });
    const restored = await restoreBackup({ ...clean, forceDisconnect: true });
    expect(restored).toMatchObject({ restored: true, disconnected: 1, database: name });
    expect(restored.differences).toContainEqual({
      change: 'added',
      kind: 'table',
      identity: 'public.younger',
      facets: [],
    });
    await using after = await open();
    expect((await after.query('SELECT count(*)::int AS n FROM users')).rows).toEqual([{ n: 50 }]);
  });

  test('that fails leaves everything as it was, and says so', async () => {
    const { request, database, open } = await makeShop();
    const { backup } = await createBackup(request);
    await using session = await open();
    await session.query('DELETE FROM users WHERE id > 10; CREATE TABLE orders (user_id int REFERENCES users)');
    await session[Symbol.asyncDispose]();
    const restoring = restoreBackup({ ...request, backup: backup.path, database, clean: true, agree });
    await expect(restoring).rejects.toMatchObject({
      code: 'command-failed',
      effect: 'rolled-back',
      message: expect.stringContaining('orders_user_id_fkey'),
    });
    await using after = await open();
    expect((await after.query('SELECT count(*)::int AS n FROM users')).rows).toEqual([{ n: 10 }]);
  });
});

test('old backups go, but for the newest verified one; what is asked for is shown before', async () => {
  const { request } = await makeShop();
  await using folder = await startlessFolder();
  const own = { ...request, cwd: folder.path };
  const first = await createBackup({ ...own, prefix: 'a' });
  await verifyBackup({ ...own, backup: first.backup.path });
  const second = await createBackup({ ...own, prefix: 'b' });
  const third = await createBackup({ ...own, prefix: 'c' });
  const choice = { prefix: null, keep: 1, olderThanMs: null };
  const shown = await pruneBackups({ ...own, choice, agree: async () => false });
  expect(shown).toMatchObject({ pruned: false, kept: 2, backups: [{ path: second.backup.path }] });
  expect(await pruneBackups({ ...own, choice, agree })).toMatchObject({ pruned: true });
  const { backups } = await listBackups(own);
  expect(backups.map(({ path, present }) => [path, present])).toEqual([
    [first.backup.path, true],
    [third.backup.path, true],
  ]);
  expect(await readdir(request.out)).toHaveLength(2);
});

async function startlessFolder() {
  const { makeTemporaryFolder } = await import('../../../src/foundation/runtime/temporary-folder.js');
  return await makeTemporaryFolder(server.folder, 'own-');
}

/** Root may not be allowed to mount, in a container. */
const mayMount = (() => {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  const folder = mkdtempSync(join(tmpdir(), 'lockkeeper-mount-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', 'tmpfs', folder]).status === 0;
  if (mounted) spawnSync('umount', [folder]);
  rmdirSync(folder);
  return mounted;
})();

describe.runIf(mayMount)('a full disk (needs root that may mount a tmpfs)', () => {
  test.each([
    ['is foreseen where it can be', 1, /will hardly fit/],
    ['ends the dump, and nothing is left', 4, /No space left/],
  ])('%s', async (_, megabytes, message) => {
    const random = `CREATE EXTENSION pgcrypto; CREATE TABLE noise AS SELECT gen_random_bytes(1000) AS b FROM generate_series(1, 6000)`;
    const { request } = await makeShop(random);
    const disk = join(server.folder, `disk-${megabytes}`);
    await mkdir(disk);
    expect(spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', disk]).status).toBe(0);
    try {
      await expect(createBackup({ ...request, out: disk })).rejects.toMatchObject({
        code: 'disk-full',
        effect: 'none',
        message: expect.stringMatching(message),
      });
      expect(await readdir(disk)).toEqual([]);
    } finally {
      spawnSync('umount', [disk]);
    }
  });
});
