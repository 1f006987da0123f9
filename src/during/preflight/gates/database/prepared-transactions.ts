import { readRelationLocks } from '../../../../foundation/activity/read-contended-locks.js';
import { readPreparedTransactions } from '../../../../foundation/activity/read-prepared-transactions.js';
import type { GateDecision } from '../../../../model/preflight.js';
import { block, defineGate, pass, warn } from '../../gate.js';
import type { GatePolicy } from '../../gate-context.js';
import { type ByTier, limitOf } from '../../gate-settings.js';
import { durationInWords, firstOf } from '../../in-words.js';
import { readShortly } from './reading/read-shortly.js';
import { findTouched, readDatabaseOid } from './reading/touched-tables.js';

/** Setting `maxPreparedMs`: a coordinator decides within seconds; what is older was forgotten. */
const maxPreparedMs: ByTier = [10_000, 60_000, 300_000, 3_600_000];

type Prepared = {
  readonly gid: string;
  readonly owner: string | null;
  readonly here: boolean;
  readonly preparedMs: number;
  /** Touched relations that it has locked. */
  readonly locks: readonly string[];
};
type Observation = { readonly prepared: readonly Prepared[] };

const remedy =
  'Ask its coordinator how it ended elsewhere; then COMMIT PREPARED or ROLLBACK PREPARED in its database. It survives a restart, with its locks.';

function decide({ prepared }: Observation, policy: GatePolicy): GateDecision {
  const words = ({ gid, preparedMs }: Prepared): string => `${gid} (for ${durationInWords(preparedMs)})`;
  const locking = prepared.filter(({ locks }) => locks.length > 0);
  if (locking.length > 0) {
    return block(
      `Prepared transactions hold locks on ${firstOf([...new Set(locking.flatMap(({ locks }) => locks))])}: ${firstOf(locking.map(words))}.`,
      remedy,
    );
  }
  const old = prepared.filter(({ preparedMs }) => preparedMs > limitOf(policy, 'maxPreparedMs', maxPreparedMs));
  if (old.some(({ here }) => here))
    return block(`Prepared transactions nobody ended: ${firstOf(old.map(words))}.`, remedy);
  if (old.length > 0)
    return warn(`In other databases prepared transactions nobody ended: ${firstOf(old.map(words))}.`, remedy);
  return pass(
    prepared.length === 0 ? 'There is none.' : `${prepared.length} are young, and lock nothing that is touched.`,
  );
}

export default defineGate<Observation>({
  id: 'prepared-transactions',
  title: 'No prepared transaction is left over',
  why: 'A transaction prepared for a two-phase commit keeps its locks and its snapshot without any session, through restarts.',
  remedy,
  sources: ['https://www.postgresql.org/docs/current/view-pg-prepared-xacts.html'],
  blindSpot: null,
  settings: [
    { name: 'maxPreparedMs', meaning: 'How old a prepared transaction may be, in milliseconds', byTier: maxPreparedMs },
  ],
  inspect: async ({ session, change }) =>
    await readShortly(session, 'prepared transactions', async () => {
      const databaseOid = await readDatabaseOid(session);
      const found = await readPreparedTransactions(session, new Map());
      if (found.length === 0) return { prepared: [] };
      const nameOf = new Map((await findTouched(session, change.touched)).map(({ oid, relation }) => [oid, relation]));
      const locks = (await readRelationLocks(session, databaseOid)).filter(({ pid }) => pid === null);
      const xidOf = new Map(
        locks.flatMap(({ object, virtualTransaction }) =>
          object.xid === null ? [] : [[virtualTransaction, object.xid] as const],
        ),
      );
      const lockedBy = (xid: string): readonly string[] => {
        const names = locks
          .filter(({ virtualTransaction }) => xidOf.get(virtualTransaction) === xid)
          .flatMap(({ object }) => nameOf.get(object.relationOid ?? 0) ?? []);
        return [...new Set(names)];
      };
      return {
        prepared: found.map((one) => ({
          gid: one.gid,
          owner: one.owner,
          here: one.databaseOid === databaseOid,
          preparedMs: Math.round(one.preparedMs),
          locks: lockedBy(one.xid),
        })),
      };
    }),
  decide,
});
