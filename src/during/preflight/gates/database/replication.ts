import { readReplication } from '../../../../foundation/activity/read-replication.js';
import type { ReceiverState } from '../../../../model/activity.js';
import type { GateDecision } from '../../../../model/preflight.js';
import { block, defineGate, pass, unknown, warn } from '../../gate.js';
import type { GateContext, GatePolicy } from '../../gate-context.js';
import { type ByTier, limitOf } from '../../gate-settings.js';
import { bytesInWords, durationInWords, firstOf } from '../../in-words.js';
import { seesAllSql } from './reading/managed-service.js';
import { grantMonitor } from './reading/read-neighbours.js';
import { readShortly } from './reading/read-shortly.js';

const MB = 1024 ** 2;
/** Setting `maxLagBytes`: how far replay may be behind. */
const maxLagBytes: ByTier = [16 * MB, 64 * MB, 256 * MB, 1024 * MB];
/** Setting `maxLagMs`: how old what is replayed may be. */
const maxLagMs: ByTier = [1_000, 5_000, 30_000, 300_000];

type Follower = {
  readonly name: string;
  readonly kind: 'standby' | 'subscriber';
  readonly state: string | null;
  readonly lagBytes: number | null;
  readonly lagMs: number | null;
};
type Configured = {
  readonly name: string;
  readonly reached: boolean;
  readonly inRecovery: boolean;
  readonly receiving: boolean;
  readonly paused: boolean;
  readonly lagBytes: number | null;
  readonly lagMs: number | null;
};
type Observation = {
  readonly seesAll: boolean;
  readonly isPrimary: boolean;
  /** Who follows the primary, by its own word. */
  readonly followers: readonly Follower[];
  readonly configured: readonly Configured[];
};

const remedy =
  'Let the standby catch up or repair it first: the change adds to its lag, and replayed locks stall its readers.';

function decide(seen: Observation, policy: GatePolicy): GateDecision {
  const { isPrimary, followers, configured, seesAll } = seen;
  if (!isPrimary)
    return block(
      'The target is a standby: nothing can be changed there.',
      'Name the primary as target, or target_session_attrs=read-write.',
    );
  const broken = configured.flatMap((one) => problemOf(one) ?? []);
  if (broken.length > 0) return block(`${firstOf(broken)}.`, remedy);
  if (!seesAll) return unknown('How far the standbys are is hidden from this role.', grantMonitor);
  const bytes = limitOf(policy, 'maxLagBytes', maxLagBytes);
  const ms = limitOf(policy, 'maxLagMs', maxLagMs);
  const late = [...followers, ...configured].filter(
    ({ lagBytes, lagMs }) => (lagBytes ?? 0) > bytes || (lagMs ?? 0) > ms,
  );
  if (late.length > 0) {
    const words = late.map(
      ({ name, lagBytes, lagMs }) => `${name} by ${bytesInWords(lagBytes ?? 0)}, ${durationInWords(lagMs ?? 0)}`,
    );
    return block(`Replication is behind: ${firstOf(words)}.`, remedy);
  }
  return decideOnFollowers(seen);
}

function problemOf({ name, reached, inRecovery, receiving, paused }: Configured): string | null {
  if (!reached) return `The configured replica ${name} cannot be reached`;
  if (!inRecovery) return `The configured replica ${name} is no standby: it may have been promoted`;
  if (paused) return `Replay is paused on ${name}`;
  return receiving ? null : `${name} receives no WAL`;
}

function decideOnFollowers({ followers, configured }: Observation): GateDecision {
  const standbys = followers.filter(({ kind }) => kind === 'standby');
  const unsteady = followers.filter(({ state }) => state !== 'streaming');
  if (unsteady.length > 0) {
    return warn(
      `Not streaming: ${firstOf(unsteady.map(({ name, state }) => `${name} (${state ?? 'no state'})`))}.`,
      remedy,
    );
  }
  if (standbys.length > configured.length) {
    return warn(
      `${standbys.length} standbys follow the server, ${configured.length} are configured: nobody watches the readers of the others.`,
      'Name them under replicas of the target.',
    );
  }
  if (standbys.length < configured.length) {
    return warn(
      `${configured.length} replicas are configured and only ${standbys.length} follow this server directly.`,
      'That is right for a cascade, and for standbys that restore from the archive; else look whom they follow.',
    );
  }
  return pass(
    followers.length === 0 ? 'Nobody follows this server.' : `All ${followers.length} followers stream and are near.`,
  );
}

async function readPrimary({ session }: GateContext): Promise<Omit<Observation, 'configured'>> {
  return await readShortly(session, 'replication', async () => {
    const [row] = (await session.query(`SELECT ${seesAllSql} AS sees_all`)).rows;
    const { inRecovery, replicas, slots } = await readReplication(session);
    const subscribers = new Set(
      slots.flatMap(({ slotType, pid }) => (slotType === 'logical' && pid !== null ? [pid] : [])),
    );
    const followers = replicas
      .filter(({ state }) => state !== 'backup')
      .map(
        ({ pid, application, state, replayLagBytes, replayLagMs }): Follower => ({
          name: application === '' ? `pid ${pid}` : application,
          kind: subscribers.has(pid) ? 'subscriber' : 'standby',
          state,
          lagBytes: replayLagBytes,
          lagMs: replayLagMs,
        }),
      );
    return { seesAll: row?.['sees_all'] === true, isPrimary: !inRecovery, followers };
  });
}

async function readConfigured({ replicas }: GateContext): Promise<readonly Configured[]> {
  const read: Configured[] = [];
  for (const { name, session } of replicas) {
    const receiver =
      session === null ? null : await readShortly(session, name, () => readReplication(session)).catch(() => null);
    read.push(toConfigured(name, receiver));
  }
  return read;
}

function toConfigured(
  name: string,
  state: { readonly inRecovery: boolean; readonly receiver: ReceiverState | null } | null,
): Configured {
  const receiver = state?.receiver ?? null;
  const behind = receiver?.replayLagBytes ?? null;
  return {
    name,
    reached: state !== null,
    inRecovery: state?.inRecovery ?? false,
    receiving: receiver !== null && receiver.status !== null,
    paused: receiver?.replayPaused ?? false,
    lagBytes: behind,
    // The age of the last commit says nothing on an idle primary: it counts only while there is something to replay.
    lagMs: behind === null || behind === 0 ? null : (receiver?.lastCommitMs ?? null),
  };
}

export default defineGate<Observation>({
  id: 'replication',
  title: 'Replicas follow, and are near',
  why: 'Every exclusive lock is replayed on the standbys, and their readers wait for it; a standby that is behind stays behind for longer, and a failover to it would lose the change.',
  remedy,
  sources: ['https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-REPLICATION-VIEW'],
  blindSpot:
    'Lags need pg_monitor. Readers of a managed service that share storage (Aurora) or are hidden do not show; nor do standbys that follow another standby.',
  settings: [
    { name: 'maxLagBytes', meaning: 'How far replay may be behind, in bytes', byTier: maxLagBytes },
    { name: 'maxLagMs', meaning: 'How old what is replayed may be, in milliseconds', byTier: maxLagMs },
  ],
  inspect: async (context) => ({ ...(await readPrimary(context)), configured: await readConfigured(context) }),
  decide,
});
