import type { ConnectionTarget } from '../../../../src/foundation/postgres/connection-target.js';
import {
  type Cluster,
  type Preparation,
  prepareClusters,
  runCluster,
  startCluster,
} from '../../../../src/foundation/postgres/server/cluster.js';
import type { EmbeddedMajor } from '../../../../src/foundation/postgres/server/embedded-versions.js';
import { makeServerFolder, serverPort } from '../../../../src/foundation/postgres/server/server-folder.js';
import { standbySettings } from '../../../../src/foundation/postgres/server/server-settings.js';
import { connect, type Session } from '../../../../src/foundation/postgres/session.js';
import { assemble } from '../../../../src/foundation/runtime/resource-stack.js';
import { systemClock } from '../../../../src/foundation/runtime/clock.js';
import { endPostmaster } from './end-postmaster.js';
import { openWalRelay, socketIn, type WalRelay } from './wal-relay.js';

/** The data directory of a server that was stopped, of which pairs are copies. */
export interface PairSeed extends AsyncDisposable {
  readonly preparation: Preparation;
  readonly database: string;
}

/** A primary with an asynchronous standby that hears nothing of what the primary does, until the one is lost. */
export interface ServerPair extends AsyncDisposable {
  readonly primary: Cluster;
  readonly standby: Cluster;
  /**
   * The primary crashes and stays away; the standby has got all that the primary wrote, but its last commits, and is
   * promoted. Says how far behind it was.
   */
  promoteStandby(lost: number): Promise<string>;
}

const settings = {
  max_connections: '100',
  fsync: 'off',
  autovacuum: 'off',
  shared_buffers: '16MB',
  shared_preload_libraries: '',
};

/** Makes the database that trials begin with, as `fill` does, in a server that then stops. */
export async function makePairSeed(
  major: EmbeddedMajor,
  fill: (server: Pick<Cluster, 'connection'>) => Promise<string>,
): Promise<PairSeed> {
  const options = { major, serverBin: null, settings };
  const cluster = await startCluster(options);
  const database = await fill(cluster);
  await endPostmaster(cluster.dataDir, 'SIGINT');
  const preparation = { ...(await prepareClusters(options)), template: cluster.dataDir };
  return { preparation, database, [Symbol.asyncDispose]: () => cluster.stop() };
}

export function startServerPair({ preparation }: PairSeed): Promise<ServerPair> {
  return assemble(async (parts) => {
    const folder = await makeServerFolder(preparation.dataRoot, preparation.user);
    const standbyFolder = await makeServerFolder(preparation.dataRoot, preparation.user);
    const relay = parts.use(await openWalRelay(standbyFolder.socketDir, socketIn(folder.socketDir)));
    const extraSettings = standbySettings({ host: relay.socketDir, port: serverPort }, preparation.settings);
    const [primary, standby] = await Promise.all([
      runCluster(preparation, { folder, extraSettings: {}, isStandby: false }).then((one) => parts.use(one)),
      runCluster(preparation, { folder: standbyFolder, extraSettings, isStandby: true }).then((one) => parts.use(one)),
    ]);
    await untilStandbyFollows(primary);
    relay.hold();
    const promoteStandby = async (lost: number): Promise<string> => {
      await untilAllIsSent(primary.connection(), relay);
      await endPostmaster(primary.dataDir, 'SIGQUIT');
      const { commits, endLsn } = relay.release(lost);
      await using session = await connect(standby.connection(), { applicationName: 'admin' });
      if (endLsn !== null) await untilAtLeast(() => lsnOf(session, 'pg_last_wal_receive_lsn()'), endLsn);
      await session.query('SELECT pg_promote()');
      return `${Math.min(lost, commits)} of ${commits} commits lost`;
    };
    return { primary, standby, promoteStandby, [Symbol.asyncDispose]: () => parts[Symbol.asyncDispose]() };
  });
}

const followedSql = `coalesce((SELECT flush_lsn FROM pg_stat_replication WHERE state = 'streaming'), '0/0')`;

async function untilStandbyFollows(primary: Cluster): Promise<void> {
  await using session = await connect(primary.connection(), { applicationName: 'admin' });
  const written = await lsnOf(session, 'pg_current_wal_flush_lsn()');
  await untilAtLeast(() => lsnOf(session, followedSql), written);
}

async function untilAllIsSent(primary: ConnectionTarget, relay: WalRelay): Promise<void> {
  await using session = await connect(primary, { applicationName: 'admin' });
  const written = await lsnOf(session, 'pg_current_wal_flush_lsn()');
  await untilAtLeast(async () => relay.sentLsn(), written);
}

async function lsnOf(session: Session, place: string): Promise<bigint> {
  const [row] = (await session.query(`SELECT coalesce(${place} - '0/0', 0)::int8 AS bytes`)).rows;
  return BigInt(String(row?.['bytes']));
}

const longestWaitMs = 20_000;

async function untilAtLeast(read: () => Promise<bigint>, wanted: bigint): Promise<void> {
  const endsAt = performance.now() + longestWaitMs;
  for (let found = await read(); found < wanted; found = await read()) {
    if (performance.now() > endsAt) throw new Error(`the standby came to ${found} instead of ${wanted}`);
    await systemClock.sleep(5);
  }
}
