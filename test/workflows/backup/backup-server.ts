import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Cluster, startCluster } from '../../../src/foundation/postgres/server/cluster.js';
import type { EmbeddedMajor } from '../../../src/foundation/postgres/server/embedded-versions.js';
import { connect, type Session } from '../../../src/foundation/postgres/session.js';
import { systemClock } from '../../../src/workflows/clock.js';

/** A server with databases to back up, and a folder for the backups. */
export interface BackupServer extends AsyncDisposable {
  readonly cluster: Cluster;
  readonly folder: string;
  readonly admin: Session;
  /** A new database, filled by SQL; returns its connection string. */
  makeDatabase(name: string, sql?: string): Promise<string>;
  open(name: string): Promise<Session>;
  /** What every action is told. */
  readonly request: {
    readonly cwd: string;
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly clock: typeof systemClock;
    readonly signal: AbortSignal;
    readonly onProgress: () => void;
  };
}

export async function startBackupServer(major: EmbeddedMajor): Promise<BackupServer> {
  const folder = await mkdtemp(join(tmpdir(), 'lockkeeper-backup-'));
  const cluster = await startCluster({ major, serverBin: null, settings: { wal_level: 'replica' } });
  const admin = await connect(cluster.connection(), { applicationName: 'backup test' });
  const open = (name: string) => connect(cluster.connection(name), { applicationName: 'backup test' });
  return {
    cluster,
    folder,
    admin,
    open,
    makeDatabase: async (name, sql = '') => {
      await admin.query(`CREATE DATABASE ${name}`);
      await using session = await open(name);
      await session.query(sql);
      return urlOf(cluster, name);
    },
    request: {
      cwd: folder,
      env: process.env,
      clock: systemClock,
      signal: new AbortController().signal,
      onProgress: () => undefined,
    },
    [Symbol.asyncDispose]: async () => {
      await admin[Symbol.asyncDispose]();
      await cluster.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export function urlOf(cluster: Cluster, database: string): string {
  const { host, port, user } = cluster.connection();
  return `host=${host} port=${port} user=${user} dbname=${database}`;
}
