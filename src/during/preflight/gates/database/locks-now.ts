import { readRelationLocks } from '../../../../foundation/activity/read-contended-locks.js';
import type { GateDecision } from '../../../../model/preflight.js';
import { conflictingModes, type LockMode, lockModes } from '../../../../model/locks.js';
import { block, defineGate, pass, unknown, warn } from '../../gate.js';
import type { GatePolicy } from '../../gate-context.js';
import { type ByTier, limitOf } from '../../gate-settings.js';
import { durationInWords, firstOf } from '../../in-words.js';
import { grantMonitor, nameNeighbour, type Neighbour, readNeighbours, toNeighbour } from './reading/read-neighbours.js';
import { readShortly } from './reading/read-shortly.js';
import { findTouched } from './reading/touched-tables.js';

/** Setting `maxHeldMs`: traffic takes and frees conflicting locks all the time; who is older than this stays. */
const maxHeldMs: ByTier = [1_000, 2_000, 10_000, 60_000];
/** Setting `maxWaitedMs`: how long somebody may already be waiting for a touched relation. */
const maxWaitedMs: ByTier = [100, 500, 2_000, 10_000];

type Conflict = Neighbour & {
  readonly relation: string;
  readonly mode: string;
  readonly granted: boolean;
  readonly waitedMs: number | null;
  readonly hidden: boolean;
};
type Observation = { readonly relations: number; readonly conflicts: readonly Conflict[] };

const remedy =
  'lockkeeper locks shows who blocks whom, and what is safe to cancel. Wait for them to end, and ask again.';

function decide({ relations, conflicts }: Observation, policy: GatePolicy): GateDecision {
  const words = (one: Conflict): string =>
    `${nameNeighbour(one)} with ${one.mode} on ${one.relation}${one.transactionMs === null ? '' : ` for ${durationInWords(one.transactionMs)}`}`;
  const waitLimit = limitOf(policy, 'maxWaitedMs', maxWaitedMs);
  const queue = conflicts.filter(({ granted, waitedMs }) => !granted && (waitedMs ?? 0) > waitLimit);
  if (queue.length > 0) return block(`There is a lock queue already: ${firstOf(queue.map(words))} waits.`, remedy);
  const holders = conflicts.filter(({ granted }) => granted);
  const limit = limitOf(policy, 'maxHeldMs', maxHeldMs);
  const staying = holders.filter(({ transactionMs }) => (transactionMs ?? 0) > limit);
  if (staying.length > 0) return block(`Locks are in the way: ${firstOf(staying.map(words))}.`, remedy);
  const hidden = holders.filter((one) => one.hidden);
  if (hidden.length > 0) {
    return unknown(
      `Locks are in the way, and their age is hidden from this role: ${firstOf(hidden.map(words))}.`,
      grantMonitor,
    );
  }
  const strong = holders.filter(
    ({ mode }) => lockModes.indexOf(mode as LockMode) > lockModes.indexOf('RowExclusiveLock'),
  );
  if (strong.length > 0)
    return warn(`Somebody else changes a touched table right now: ${firstOf(strong.map(words))}.`, remedy);
  return pass(
    holders.length === 0
      ? `Nobody holds a conflicting lock on the ${relations} touched relations.`
      : `${holders.length} conflicting locks belong to traffic younger than ${durationInWords(limit)}.`,
  );
}

export default defineGate<Observation>({
  id: 'locks-now',
  title: 'Nobody is in the way of the locks that the change needs',
  why: 'A statement that waits for a lock makes everybody queue behind it who would have got theirs.',
  remedy,
  sources: ['https://www.postgresql.org/docs/current/explicit-locking.html'],
  blindSpot:
    "Only this instant is seen; the run looks again before every step. Without pg_monitor the age of a lock's transaction is hidden. Locks on relations that only the planner chooses are not known beforehand.",
  settings: [
    {
      name: 'maxHeldMs',
      meaning: 'How long a conflicting lock may be held before it counts, in milliseconds',
      byTier: maxHeldMs,
    },
    {
      name: 'maxWaitedMs',
      meaning: 'How long somebody may already wait for a touched relation, in milliseconds',
      byTier: maxWaitedMs,
    },
  ],
  inspect: async ({ session, change }) =>
    await readShortly(session, 'locks on the touched relations', async () => {
      const touched = new Map((await findTouched(session, change.touched)).map((one) => [one.oid, one]));
      const { sessions, databaseOid } = await readNeighbours(session);
      const byPid = new Map(sessions.map((one) => [one.pid, one]));
      const locks = touched.size === 0 ? [] : await readRelationLocks(session, databaseOid);
      const conflicts = locks.flatMap(({ object, mode, pid, granted, waitedMs }): readonly Conflict[] => {
        const one = touched.get(object.relationOid ?? 0);
        const holder = byPid.get(pid ?? 0);
        if (one === undefined || holder === undefined || holder.backendType === 'autovacuum worker') return [];
        if (!conflictingModes[one.mode as LockMode].includes(mode)) return [];
        const { hidden } = holder;
        return [{ ...toNeighbour(holder), relation: one.relation, mode, granted, waitedMs, hidden }];
      });
      return { relations: touched.size, conflicts: conflicts.slice(0, 50) };
    }),
  decide,
});
