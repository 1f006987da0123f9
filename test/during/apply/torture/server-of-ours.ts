import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { ConnectionTarget } from '../../../../src/foundation/postgres/connection-target.js';
import { type Cluster, prepareClusters, startCluster } from '../../../../src/foundation/postgres/server/cluster.js';
import type { EmbeddedMajor } from '../../../../src/foundation/postgres/server/embedded-versions.js';
import { readPostmasterFile } from '../../../../src/foundation/postgres/server/postmaster-file.js';
import { serverSpawnOptions } from '../../../../src/foundation/postgres/server/server-process.js';
import { systemClock } from '../../../../src/foundation/runtime/clock.js';
import { endPostmaster } from './end-postmaster.js';

/** A server that can be crashed and started again. */
export interface CrashableServer extends AsyncDisposable {
  readonly cluster: Cluster;
  readonly socketPath: string;
  connection(database?: string): ConnectionTarget;
  /** What `pg_ctl stop -m immediate` does, and a start after it. */
  crash(): Promise<void>;
}

const settings = { max_connections: '200', fsync: 'off', autovacuum: 'off' };

export async function startCrashableServer(major: EmbeddedMajor): Promise<CrashableServer> {
  const options = { major, serverBin: null, settings };
  const { binaries, user } = await prepareClusters(options);
  const cluster = await startCluster(options);
  let child: ChildProcess | null = null;
  const untilReady = async (): Promise<void> => {
    while (readPostmasterFile(cluster.dataDir)?.status !== 'ready') await systemClock.sleep(5);
  };
  const stop = async (): Promise<void> => {
    await endPostmaster(cluster.dataDir, 'SIGQUIT');
    if (child !== null && child.exitCode === null) await once(child, 'exit');
  };
  return {
    cluster,
    socketPath: join(cluster.socketDir, `.s.PGSQL.${cluster.port}`),
    connection: (database) => cluster.connection(database),
    crash: async () => {
      await stop();
      child = spawn(join(binaries.binDir, 'postgres'), ['-D', cluster.dataDir], {
        ...serverSpawnOptions(user),
        stdio: 'ignore',
      });
      await systemClock.sleep(50);
      await untilReady();
    },
    [Symbol.asyncDispose]: async () => {
      if (child !== null) await stop();
      await cluster.stop();
    },
  };
}
