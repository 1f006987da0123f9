import { once } from 'node:events';
import { chown, stat, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import type { ConnectionTarget } from '../../src/foundation/postgres/connection-target.js';
import { type Cluster, type ClusterOptions, startCluster } from '../../src/foundation/postgres/server/cluster.js';
import { connect } from '../../src/foundation/postgres/session.js';

/** A server that can also be reached over TCP, under access rules of the test's own. */
export interface LoopbackServer extends AsyncDisposable {
  readonly host: '127.0.0.1';
  readonly port: number;
  /** The superuser's way in, through the unix socket, as the rules have to allow. */
  readonly local: ConnectionTarget;
  /** Writes a file into the data directory that only the server may read. */
  place(name: string, text: string): Promise<void>;
}

export async function startLoopbackServer(
  major: ClusterOptions['major'],
  accessRules: string,
): Promise<LoopbackServer> {
  const port = await freePort();
  const settings = { listen_addresses: '127.0.0.1', port: String(port) };
  const cluster = await startCluster({ major, serverBin: null, settings });
  const local = { ...cluster.connection(), port };
  await place(cluster, 'pg_hba.conf', accessRules);
  await using session = await connect(local, { applicationName: 'test' });
  await session.query('SELECT pg_reload_conf()');
  return {
    host: '127.0.0.1',
    port,
    local,
    place: (name, text) => place(cluster, name, text),
    [Symbol.asyncDispose]: () => cluster.stop(),
  };
}

async function place({ dataDir }: Cluster, name: string, text: string): Promise<void> {
  const { uid, gid } = await stat(dataDir);
  await writeFile(join(dataDir, name), text, { mode: 0o600 });
  await chown(join(dataDir, name), uid, gid);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
