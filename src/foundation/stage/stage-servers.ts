import { type Cluster, type ClusterOptions, launchCluster } from '../postgres/server/cluster.js';
import type { Session } from '../postgres/session.js';

/** The servers of a stage, running, with an empty database for the change. They need not be whole yet. */
export interface StageServers extends AsyncDisposable {
  readonly primary: Cluster;
  readonly standby: Cluster | null;
  /** A superuser's, in the database `postgres` of the primary. */
  readonly maintenance: Session;
  /** Whether pg_stat_statements and pg_walinspect can be asked there. */
  readonly hasCounters: boolean;
}

export interface StageServerOptions extends ClusterOptions {
  readonly standby: boolean;
}

/** The change's database. Not `postgres`: the observers' extensions stay there, out of the change's sight. */
export const stageDatabase = 'stage';

/*
 * Not a part of the copied data directory. So its pages are in memory, as production's catalogs are, and younger than
 * the last checkpoint: a change is not charged with images of the catalog pages that it is the first to touch.
 */
const createDatabase = `CREATE DATABASE ${stageDatabase} TEMPLATE template0 STRATEGY wal_log`;

/** Starts a private server, with a standby on demand. Errors are those of `startCluster`. */
export async function startStageServers(options: StageServerOptions): Promise<StageServers> {
  // The driver is loaded while the server starts, and before anything that its user loads then.
  const loadDriver = () => import('../postgres/session.js');
  const onLaunch = () => void loadDriver().finally(options.onLaunch);
  const { primary, standby, end } = await launch({ ...options, onLaunch });
  try {
    const { connect } = await loadDriver();
    const maintenance = await connect(primary.connection(), { applicationName: 'lockkeeper maintenance' });
    await maintenance.query(createDatabase);
    const hasCounters = await installCounters(maintenance);
    return { primary, standby, maintenance, hasCounters, [Symbol.asyncDispose]: end };
  } catch (error) {
    await end();
    throw error;
  }
}

/** False when the server lacks the extensions. */
async function installCounters(maintenance: Session): Promise<boolean> {
  const { rows } = await maintenance.query(
    "SELECT pg_catalog.current_setting('shared_preload_libraries') LIKE '%pg_stat_statements%' AS loaded",
  );
  if (rows[0]?.['loaded'] !== true) return false;
  await maintenance.query(
    'CREATE EXTENSION pg_stat_statements SCHEMA public; CREATE EXTENSION pg_walinspect SCHEMA public',
  );
  return true;
}

async function launch(options: StageServerOptions) {
  if (!options.standby) {
    const primary = await launchCluster(options);
    return { primary, standby: null, end: () => primary.stop() };
  }
  const { startClusterWithStandby } = await import('../postgres/server/standby.js');
  const servers = await startClusterWithStandby(options);
  return { ...servers, end: () => servers[Symbol.asyncDispose]() };
}
