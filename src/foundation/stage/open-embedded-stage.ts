import { setTimeout as sleep } from 'node:timers/promises';
import { ChangeSafetyError } from '../../model/change-safety-error.js';
import { type LockHistory, openLockHistory } from '../observers/lock-history.js';
import { countWork, type WorkCounter } from '../observers/statement-counters.js';
import type { Cluster } from '../postgres/server/cluster.js';
import { connect, type Session } from '../postgres/session.js';
import { assemble } from '../runtime/resource-stack.js';
import { quoteIdentifier } from '../sql/quote-identifier.js';
import type { Stage } from './stage.js';
import { stageDatabase, type StageServerOptions, type StageServers, startStageServers } from './stage-servers.js';

/** Starts a private server, with a standby on demand, and an empty database for the change. */
export async function openEmbeddedStage(options: StageServerOptions): Promise<Stage> {
  return openStageOn(await startStageServers(options));
}

/** Opens the stage on servers that were just started; they end with it, also when it cannot be opened. */
export async function openStageOn(servers: StageServers): Promise<Stage> {
  return assemble(async (parts) => {
    // No session is closed one by one: they end with their server.
    const { primary, standby, maintenance } = parts.use(servers);
    const onStage = (purpose: string) => open(primary, stageDatabase, purpose);
    const watch = await onStage('observer');
    const work = await openCounter(servers, watch);
    await Promise.all([primary.whole, standby?.whole]);
    const end = () => parts[Symbol.asyncDispose]();
    return {
      server: { version: primary.version, major: primary.major, source: primary.source },
      target: primary.connection(stageDatabase),
      connect: onStage,
      connectObserved: async (role) => prepareObserved(await onStage('change'), { role, tracked: work !== null }),
      connectStandby: standby === null ? null : () => openReplayed(standby),
      tower: { watch, work, history: openHistoryWhenNeeded(() => open(primary, 'postgres', 'lock history')) },
      maintenance,
      interrupt: end,
      [Symbol.asyncDispose]: end,
    };
  });
}

function open(cluster: Cluster, database: string, purpose: string): Promise<Session> {
  return connect(cluster.connection(database), { applicationName: `lockkeeper ${purpose}` });
}

/** The standby knows the stage's database only once it has replayed its making. */
async function openReplayed(standby: Cluster): Promise<Session> {
  const giveUpAt = performance.now() + replayTimeoutMs;
  while (true) {
    try {
      return await open(standby, stageDatabase, 'standby reader');
    } catch (error) {
      const isEarly = error instanceof ChangeSafetyError && error.sqlState === unknownDatabase;
      if (!isEarly || performance.now() > giveUpAt) throw error;
      await sleep(replayPollMs);
    }
  }
}

const unknownDatabase = '3D000';
const replayTimeoutMs = 30_000;
const replayPollMs = 10;

async function prepareObserved(
  session: Session,
  as: { readonly role: string | null; readonly tracked: boolean },
): Promise<Session> {
  if (as.tracked) await session.query("SET pg_stat_statements.track = 'top'");
  // Settings stay, rights go: as if the role itself had logged in.
  if (as.role !== null) await session.query(`SET SESSION AUTHORIZATION ${quoteIdentifier(as.role)}`);
  return session;
}

/** The observer must never wait behind the change it observes, nor be counted. */
async function openCounter({ maintenance, hasCounters }: StageServers, watch: Session): Promise<WorkCounter | null> {
  await watch.query("SET lock_timeout = '50ms'");
  if (!hasCounters) return null;
  await watch.query("SET pg_stat_statements.track = 'top'");
  const counter = await countWork(maintenance, watch);
  await watch.query("SET pg_stat_statements.track = 'none'");
  return counter;
}

/** Only statements outside transactions need it; most changes have none. */
function openHistoryWhenNeeded(connectBeside: () => Promise<Session>): LockHistory {
  let opened: Promise<LockHistory> | null = null;
  return {
    watch: async (pid) => {
      opened ??= connectBeside().then(openLockHistory);
      return (await opened).watch(pid);
    },
  };
}
