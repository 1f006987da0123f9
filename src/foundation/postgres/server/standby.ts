import { ChangeSafetyError } from '../../../model/change-safety-error.js';
import { systemClock } from '../../runtime/clock.js';
import { connect } from '../session.js';
import { type Cluster, type ClusterOptions, prepareClusters, runCluster, throwIfInterrupted } from './cluster.js';
import { makeServerFolder, serverPort } from './server-folder.js';
import { standbyApplicationName, standbySettings } from './server-settings.js';

export interface ClusterWithStandby extends AsyncDisposable {
  readonly primary: Cluster;
  readonly standby: Cluster;
}

const streamingTimeoutMs = 30_000;

/**
 * Starts a server and a hot standby that streams from it, and returns when it does. Both begin as copies of one
 * cleanly stopped data directory, so that the standby needs no base backup. Errors are those of `startCluster`.
 */
export async function startClusterWithStandby(options: ClusterOptions): Promise<ClusterWithStandby> {
  const preparation = await prepareClusters(options);
  const folder = await makeServerFolder(preparation.dataRoot, preparation.user);
  const standbyFolder = await makeServerFolder(preparation.dataRoot, preparation.user).catch(async (error: unknown) => {
    await folder.remove();
    throw error;
  });
  const source = { host: folder.socketDir, port: serverPort };
  const [primary, standby] = await Promise.allSettled([
    runCluster(preparation, { folder, extraSettings: {}, isStandby: false }),
    runCluster(preparation, {
      folder: standbyFolder,
      extraSettings: standbySettings(source, preparation.settings),
      isStandby: true,
    }),
  ]);
  const started = [standby, primary].flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const stop = async () => {
    await Promise.all(started.map((cluster) => cluster.stop()));
  };
  try {
    if (primary.status === 'rejected') throw primary.reason;
    if (standby.status === 'rejected') throw standby.reason;
    await waitUntilStreaming(primary.value, preparation.signal);
    return { primary: primary.value, standby: standby.value, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

const standbyIsStreaming = `
  SELECT 1 FROM pg_catalog.pg_stat_replication WHERE application_name = $1 AND state = 'streaming'`;

async function waitUntilStreaming(primary: Cluster, signal: AbortSignal | undefined): Promise<void> {
  await using session = await connect(primary.connection(), { applicationName: 'lockkeeper' });
  const startedAt = systemClock.now();
  while ((await session.query(standbyIsStreaming, [standbyApplicationName])).rows.length === 0) {
    throwIfInterrupted(signal);
    if (systemClock.now() - startedAt > streamingTimeoutMs) {
      throw new ChangeSafetyError({
        code: 'server-start-failed',
        message: `The standby did not begin to stream within ${streamingTimeoutMs / 1000} s.`,
        remedy: 'Check the settings of the stage that concern replication.',
        effect: 'none',
      });
    }
    await systemClock.sleep(5);
  }
}
