import { readReplication } from '../../../../foundation/activity/read-replication.js';
import type { GateDecision } from '../../../../model/preflight.js';
import { block, defineGate, pass, warn } from '../../gate.js';
import type { GatePolicy } from '../../gate-context.js';
import { type ByTier, limitOf } from '../../gate-settings.js';
import { bytesInWords, durationInWords, firstOf } from '../../in-words.js';
import { readShortly } from './reading/read-shortly.js';

const GB = 1024 ** 3;
/** Setting `maxRetainedBytes`: WAL that a slot may keep. */
const maxRetainedBytes: ByTier = [GB, GB, 10 * GB, 50 * GB];

type Slot = {
  readonly name: string;
  readonly type: string;
  readonly active: boolean;
  readonly walStatus: string | null;
  readonly retainedBytes: number | null;
  readonly safeWalBytes: number | null;
  readonly inactiveMs: number | null;
};
type Observation = { readonly slots: readonly Slot[] };

const remedy =
  "Start what reads the slot, or drop a slot that nobody needs: SELECT pg_drop_replication_slot('name'). A lost one has to be made anew, with its standby or subscription.";

function decide({ slots }: Observation, policy: GatePolicy): GateDecision {
  const words = ({ name, retainedBytes, inactiveMs }: Slot): string =>
    `${name} (${bytesInWords(retainedBytes ?? 0)} kept${inactiveMs === null ? '' : `, idle for ${durationInWords(inactiveMs)}`})`;
  const inStatus = (status: string): readonly string[] =>
    slots.filter(({ walStatus }) => walStatus === status).map(words);
  const lost = inStatus('lost');
  if (lost.length > 0) return block(`WAL that a slot needs is gone: ${firstOf(lost)}.`, remedy);
  const unreserved = inStatus('unreserved');
  if (unreserved.length > 0)
    return block(`The next checkpoint may remove WAL that a slot needs: ${firstOf(unreserved)}.`, remedy);
  const limit = limitOf(policy, 'maxRetainedBytes', maxRetainedBytes);
  const heavy = slots.filter(({ retainedBytes }) => (retainedBytes ?? 0) > limit);
  if (heavy.length > 0)
    return block(`Slots keep more than ${bytesInWords(limit)} of WAL: ${firstOf(heavy.map(words))}.`, remedy);
  const idle = slots.filter(({ active }) => !active);
  if (idle.length > 0)
    return warn(`Nobody reads ${firstOf(idle.map(words))}: the WAL of the change is kept for it.`, remedy);
  return pass(slots.length === 0 ? 'There is none.' : `All ${slots.length} are read, and keep little WAL.`);
}

export default defineGate<Observation>({
  id: 'replication-slots',
  title: 'Replication slots are read',
  why: 'A slot keeps all WAL that its reader has not got, the WAL of the change as well, until the disk is full or the slot is lost.',
  remedy,
  sources: ['https://www.postgresql.org/docs/current/view-pg-replication-slots.html'],
  blindSpot: 'Before PostgreSQL 17 the server does not say how long a slot has been idle.',
  settings: [{ name: 'maxRetainedBytes', meaning: 'WAL that a slot may keep, in bytes', byTier: maxRetainedBytes }],
  inspect: async ({ session }) => {
    const { slots } = await readShortly(session, 'replication slots', () => readReplication(session));
    return {
      slots: slots.map(({ name, slotType, active, walStatus, retainedBytes, safeWalBytes, inactiveMs }) => ({
        name,
        type: slotType,
        active,
        walStatus,
        retainedBytes,
        safeWalBytes,
        inactiveMs: inactiveMs === null ? null : Math.round(inactiveMs),
      })),
    };
  },
  decide,
});
