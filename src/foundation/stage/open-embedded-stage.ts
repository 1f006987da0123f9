import { openLockHistory } from '../observers/lock-history.js';
import { countWork, type WorkCounter } from '../observers/statement-counters.js';
import { type Cluster, type ClusterOptions, startCluster } from '../postgres/server/cluster.js';
import { startClusterWithStandby } from '../postgres/server/standby.js';
import { connect, type Session } from '../postgres/session.js';
import { assemble, type ResourceStack } from '../runtime/resource-stack.js';
import { quoteIdentifier } from '../sql/quote-identifier.js';
import type { Stage } from './stage.js';

export interface EmbeddedStageOptions extends ClusterOptions {
  readonly standby: boolean;
}

/** The change's database. Not `postgres`: the observers' extensions stay there, out of the change's sight. */
const stageDatabase = 'stage';

/** Starts a private server, with a standby on demand, and an empty database for the change. */
export async function openEmbeddedStage(options: EmbeddedStageOptions): Promise<Stage> {
  return assemble(async (parts) => {
    const { primary, standby } = await startServers(options, parts);
    const maintenance = parts.use(await open(primary, 'postgres', 'maintenance'));
    await maintenance.query(`CREATE DATABASE ${quoteIdentifier(stageDatabase)} TEMPLATE template0`);
    const watch = parts.use(await open(primary, stageDatabase, 'observer'));
    const tracked = await installCounters(maintenance, watch);
    const connectObserved = (role: string | null): Promise<Session> => openObserved(primary, { role, tracked });
    return {
      server: { version: primary.version, major: primary.major, source: primary.source },
      target: primary.connection(stageDatabase),
      connect: (purpose) => open(primary, stageDatabase, purpose),
      connectObserved,
      connectStandby: standby === null ? null : () => open(standby, stageDatabase, 'standby reader'),
      tower: {
        watch,
        work: tracked ? await openCounter(maintenance, connectObserved) : null,
        history: await openLockHistory(parts.use(await open(primary, 'postgres', 'lock history'))),
      },
      maintenance,
      interrupt: () => parts[Symbol.asyncDispose](),
      [Symbol.asyncDispose]: () => parts[Symbol.asyncDispose](),
    };
  });
}

async function startServers(
  options: EmbeddedStageOptions,
  parts: ResourceStack,
): Promise<{ readonly primary: Cluster; readonly standby: Cluster | null }> {
  if (!options.standby) return { primary: parts.use(await startCluster(options)), standby: null };
  return parts.use(await startClusterWithStandby(options));
}

function open(cluster: Cluster, database: string, purpose: string): Promise<Session> {
  return connect(cluster.connection(database), { applicationName: `lockkeeper ${purpose}` });
}

async function openObserved(cluster: Cluster, as: { role: string | null; tracked: boolean }): Promise<Session> {
  const session = await open(cluster, stageDatabase, 'change');
  if (as.tracked) await session.query("SET pg_stat_statements.track = 'top'");
  // Settings stay, rights go: as if the role itself had logged in.
  if (as.role !== null) await session.query(`SET SESSION AUTHORIZATION ${quoteIdentifier(as.role)}`);
  return session;
}

/** An observer must never wait behind the change it observes, nor be counted. False when the server lacks the extension. */
async function installCounters(maintenance: Session, watch: Session): Promise<boolean> {
  await watch.query("SET lock_timeout = '50ms'");
  const { rows } = await maintenance.query(
    "SELECT pg_catalog.current_setting('shared_preload_libraries') LIKE '%pg_stat_statements%' AS loaded",
  );
  if (rows[0]?.['loaded'] !== true) return false;
  await maintenance.query('CREATE EXTENSION pg_stat_statements SCHEMA public');
  await maintenance.query('CREATE EXTENSION pg_walinspect SCHEMA public');
  return true;
}

async function openCounter(
  maintenance: Session,
  connectObserved: (role: string | null) => Promise<Session>,
): Promise<WorkCounter> {
  await using sample = await connectObserved(null);
  return await countWork(maintenance, sample);
}
