import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, connect as connectSocket, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type Cluster, prepareClusters, startCluster } from '../../../src/foundation/postgres/server/cluster.js';
import type { EmbeddedMajor } from '../../../src/foundation/postgres/server/embedded-versions.js';
import { readPostmasterFile } from '../../../src/foundation/postgres/server/postmaster-file.js';
import { serverSpawnOptions } from '../../../src/foundation/postgres/server/server-process.js';
import { systemClock } from '../../../src/foundation/runtime/clock.js';
import { alive } from '../../support/alive.js';

/** A server that a test may stop and start again. */
export interface RestartableServer extends AsyncDisposable {
  readonly cluster: Cluster;
  /** `SIGINT` is a fast shutdown, `SIGQUIT` an immediate one: the next start recovers as after a crash. */
  stop(how: 'SIGINT' | 'SIGQUIT'): Promise<void>;
  start(): Promise<void>;
}

export async function startRestartable(major: EmbeddedMajor): Promise<RestartableServer> {
  const options = { major, serverBin: null, settings: { fsync: 'off' } };
  const { binaries, user } = await prepareClusters(options);
  const cluster = await startCluster(options);
  const { dataDir } = cluster;
  let child: ChildProcess | null = null;
  const stop = async (how: 'SIGINT' | 'SIGQUIT'): Promise<void> => {
    const pid = readPostmasterFile(dataDir)?.pid;
    if (pid === undefined) return;
    process.kill(pid, how);
    while (alive(pid)) await systemClock.sleep(5);
    if (child !== null && child.exitCode === null) await once(child, 'exit');
  };
  return {
    cluster,
    stop,
    start: async () => {
      const args = ['-D', dataDir];
      child = spawn(join(binaries.binDir, 'postgres'), args, { ...serverSpawnOptions(user), stdio: 'ignore' });
      const { pid } = child;
      for (;;) {
        const file = readPostmasterFile(dataDir);
        if (file?.pid === pid && file?.status === 'ready') return;
        await systemClock.sleep(5);
      }
    },
    [Symbol.asyncDispose]: async () => {
      if (child !== null) await stop('SIGQUIT');
      await cluster.stop();
    },
  };
}

/** A way to a server that a test may close: then nothing is refused and nothing is answered. */
export interface Network extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  isOpen: boolean;
}

export async function openNetwork(socketPath: string): Promise<Network> {
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    return socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  };
  const network = { host: '127.0.0.1', port: 0, isOpen: true };
  const server = createServer((client) => {
    const upstream = keep(connectSocket(socketPath));
    const pass = (from: Socket, to: Socket): void => {
      from.on('data', (bytes) => {
        if (network.isOpen) to.write(bytes);
      });
      from.on('close', () => {
        if (network.isOpen) to.destroy();
      });
    };
    pass(keep(client), upstream);
    pass(upstream, client);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, network.host, resolve);
  });
  network.port = (server.address() as AddressInfo).port;
  return Object.assign(network, {
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  });
}
