import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, cp, rm, stat, statfs, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { type Cluster, prepareClusters, startCluster } from '../../src/foundation/postgres/server/cluster.js';
import { readPostmasterFile } from '../../src/foundation/postgres/server/postmaster-file.js';
import { serverSpawnOptions } from '../../src/foundation/postgres/server/server-process.js';
import { connect, type Row } from '../../src/foundation/postgres/session.js';
import { applySchema } from '../../src/report/apply-schema.js';
import { mayMount } from './may-mount.js';
import { type Folder, makeFolder, runLockkeeper } from './run-lockkeeper.js';
import { alive } from '../support/alive.js';

const run = promisify(execFile);

const MB = 1024 ** 2;
/** What is full is full: nothing of the WAL is put aside to be written over. */
const settings = { wal_recycle: 'off', max_wal_size: '4GB', autovacuum: 'off', fsync: 'off' };

/** A server whose WAL lies on a disk of its own, the size of which changes. */
interface WalServer extends AsyncDisposable {
  readonly cluster: Cluster;
  /** Leaves so much room behind what is there after a checkpoint. */
  readonly leave: (bytes: number) => Promise<void>;
  /** Gives the disk room again, and starts the server if it is down. */
  readonly repair: () => Promise<'was down' | 'was up'>;
}

async function startWalServer(): Promise<WalServer> {
  const options = { major: 17, serverBin: null, settings } as const;
  const { binaries, user } = await prepareClusters(options);
  const cluster = await startCluster(options);
  const disk = await makeFolder();
  let child: ChildProcess | null = null;
  const start = async () => {
    child = spawn(join(binaries.binDir, 'postgres'), ['-D', cluster.dataDir], {
      ...serverSpawnOptions(user),
      stdio: 'ignore',
    });
    await until(async () => readPostmasterFile(cluster.dataDir)?.status === 'ready');
  };
  const stop = async () => {
    const pid = readPostmasterFile(cluster.dataDir)?.pid;
    if (pid === undefined || !alive(pid)) return;
    process.kill(pid, 'SIGINT');
    await until(async () => !alive(pid));
  };
  const resize = (size: number) => run('mount', ['-o', `remount,size=${size}`, disk.path]);
  await stop();
  await run('mount', ['-t', 'tmpfs', '-o', 'size=512m', 'tmpfs', disk.path]);
  await moveWal(cluster.dataDir, disk);
  await start();
  return {
    cluster,
    leave: async (bytes) => {
      await using session = await connect(cluster.connection(), { applicationName: 'test' });
      await session.query('CHECKPOINT');
      await session.query('CHECKPOINT');
      const { bsize, blocks, bfree } = await statfs(disk.path);
      await resize((blocks - bfree) * bsize + bytes);
    },
    repair: async () => {
      await resize(512 * MB);
      const answers = await connect(cluster.connection(), { applicationName: 'test' }).then(
        async (session) => session[Symbol.asyncDispose]().then(() => true),
        () => false,
      );
      if (answers) return 'was up';
      await stop();
      if (child?.exitCode === null) await once(child, 'exit');
      await start();
      return 'was down';
    },
    [Symbol.asyncDispose]: async () => {
      await stop();
      if (child?.exitCode === null) await once(child, 'exit');
      await cluster.stop();
      await run('umount', [disk.path]);
      await disk[Symbol.asyncDispose]();
    },
  };
}

async function moveWal(dataDir: string, disk: Folder): Promise<void> {
  const wal = join(dataDir, 'pg_wal');
  const { uid, gid } = await stat(dataDir);
  await cp(wal, disk.path, { recursive: true, preserveTimestamps: true });
  await run('chown', ['-R', `${uid}:${gid}`, disk.path]);
  await chmod(disk.path, 0o700);
  await chown(disk.path, uid, gid);
  await rm(wal, { recursive: true });
  await symlink(disk.path, wal);
}

const update = `-- +goose Up
UPDATE big SET n = n + 1;
-- +goose Down
UPDATE big SET n = n - 1;
`;
const index = `-- +goose Up
CREATE INDEX big_pad ON big (pad);
-- +goose Down
DROP INDEX big_pad;
`;

describe.runIf(mayMount)('a target whose disk for WAL is full (needs root that may mount a tmpfs)', () => {
  it('goes down, and resume brings the change to its end', async () => {
    await using server = await startWalServer();
    const { host, port, user, database } = server.cluster.connection();
    const url = `host=${host} port=${port} user=${user} dbname=${database}`;
    await using folder = await makeFolder({ 'migrations/00001_n.sql': update });
    const lockkeeper = async (...args: readonly string[]) => {
      const rest = ['--no-validate', '--database', url, '--format', 'json'];
      const { exitCode, stdout, stderr } = await runLockkeeper(folder.path, [...args, ...rest]);
      expect(stdout, stderr).not.toBe('');
      return { exitCode, report: applySchema.parse(JSON.parse(stdout)) };
    };
    /** The same for each: it is not known what came of it, and then it is there. */
    const fillUp = async () => {
      await server.leave(3 * MB);
      const broken = await lockkeeper('apply', '--no-gates');
      expect(broken).toMatchObject({ exitCode: 4, report: { verdict: 'indeterminate', completed: [] } });
      expect(broken.report.remedy).toContain('lockkeeper resume');
      expect(await server.repair()).toBe('was down');
      expect(await lockkeeper('resume')).toMatchObject({ exitCode: 0, report: { verdict: 'applied' } });
    };
    await ask(server, tables);
    await fillUp();
    expect(await ask(server, 'SELECT DISTINCT n FROM big')).toEqual([{ n: 1 }]);
    await writeFile(join(folder.path, 'migrations/00002_pad.sql'), index);
    await fillUp();
    expect(await ask(server, indexes)).toEqual([{ name: 'big_pad', valid: true }]);
    expect(await ask(server, 'SELECT version_id::int AS id FROM goose_db_version ORDER BY 1')).toEqual([
      { id: 0 },
      { id: 1 },
      { id: 2 },
    ]);
    expect(await ask(server, left)).toEqual([{ locks: 0, open: 0 }]);
  }, 60_000);
});

const tables = `CREATE TABLE big AS SELECT 0 AS n, string_agg(md5(i::text || j), '') AS pad
  FROM generate_series(1, 10000) i, generate_series(1, 20) j GROUP BY i`;
const indexes = `SELECT indexrelid::regclass::text AS name, indisvalid AS valid FROM pg_index WHERE indrelid = 'big'::regclass`;
/** Of runs that did not end, and of whoever held a lock for one. */
const left = `SELECT (SELECT count(*)::int FROM pg_locks WHERE locktype = 'advisory') AS locks,
  (SELECT count(*)::int FROM (SELECT run_id FROM lockkeeper.entry GROUP BY run_id HAVING NOT bool_or(kind = 'run-ended')) r) AS open`;

async function ask({ cluster }: WalServer, sql: string): Promise<readonly Row[]> {
  await using session = await connect(cluster.connection(), { applicationName: 'test' });
  return (await session.query(sql)).rows;
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 1_000; tries++) {
    if (await holds()) return;
    await new Promise((resolve) => {
      setTimeout(resolve, 10);
    });
  }
  throw new Error('it never came to that');
}
