import type { GateDecision } from '../../../../model/preflight.js';
import { block, defineGate, pass, unknown, warn } from '../../gate.js';
import type { GatePolicy } from '../../gate-context.js';
import { type ByTier, limitOf } from '../../gate-settings.js';
import { durationInWords, firstOf } from '../../in-words.js';
import { grantMonitor, nameNeighbour, type Neighbour, readNeighbours, toNeighbour } from './reading/read-neighbours.js';
import { readShortly } from './reading/read-shortly.js';

/** Setting `maxTransactionMs`: how old the transaction of a working session may be. */
const maxTransactionMs: ByTier = [60_000, 300_000, 1_800_000, 14_400_000];
/** Setting `maxIdleInTransactionMs`: how old the transaction of an idle session may be. */
const maxIdleInTransactionMs: ByTier = [10_000, 60_000, 300_000, 3_600_000];

type Observation = {
  /** Open transactions of clients in the target's database. */
  readonly here: readonly Neighbour[];
  /** In other databases, with a snapshot: they hold up vacuum of what all databases share, and no lock here. */
  readonly elsewhere: readonly Neighbour[];
  /** Sessions of clients in this database whose state the role may not see. */
  readonly hidden: number;
};

const remedy =
  'Wait for it or ask its owner; lockkeeper locks shows who blocks whom. An idle one is ended by SELECT pg_terminate_backend(pid), which rolls it back.';

function decide({ here, elsewhere, hidden }: Observation, policy: GatePolicy): GateDecision {
  const limit = limitOf(policy, 'maxTransactionMs', maxTransactionMs);
  const idleLimit = limitOf(policy, 'maxIdleInTransactionMs', maxIdleInTransactionMs);
  const isOver = ({ state, transactionMs }: Neighbour): boolean =>
    (transactionMs ?? 0) > (state?.startsWith('idle') === true ? idleLimit : limit);
  const words = (one: Neighbour): string =>
    `${nameNeighbour(one)}, ${one.state ?? 'working'}, for ${durationInWords(one.transactionMs ?? 0)}`;
  const over = here.filter(isOver);
  if (over.length > 0) return block(`Transactions are open for too long: ${firstOf(over.map(words))}.`, remedy);
  if (hidden > 0) return unknown(`What ${hidden} sessions of this database do is hidden from this role.`, grantMonitor);
  const far = elsewhere.filter(isOver);
  return far.length > 0
    ? warn(`In other databases transactions are open for long: ${firstOf(far.map(words))}.`, remedy)
    : pass(`No transaction is older than ${durationInWords(limit)}, none is idle for ${durationInWords(idleLimit)}.`);
}

export default defineGate<Observation>({
  id: 'long-transactions',
  title: 'No transaction has been open for long',
  why: 'A concurrent build waits for every older snapshot, a catalog change for every lock that an open transaction took, and behind it all traffic queues.',
  remedy,
  sources: ['https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-ACTIVITY-VIEW'],
  blindSpot:
    "Without pg_monitor the state of other users' sessions is hidden. Only this instant is seen: the run looks again before every step.",
  settings: [
    {
      name: 'maxTransactionMs',
      meaning: 'How old the transaction of a working session may be, in milliseconds',
      byTier: maxTransactionMs,
    },
    {
      name: 'maxIdleInTransactionMs',
      meaning: 'How old the transaction of an idle session may be, in milliseconds',
      byTier: maxIdleInTransactionMs,
    },
  ],
  inspect: async ({ session }) =>
    await readShortly(session, 'open transactions', async () => {
      const { sessions, databaseOid } = await readNeighbours(session);
      const clients = sessions.filter(
        ({ backendType, hidden }) => backendType === 'client backend' || (hidden && backendType === null),
      );
      const open = clients.filter(({ transactionMs }) => transactionMs !== null);
      const oldest = (list: readonly (typeof open)[number][]): readonly Neighbour[] =>
        list
          .map(toNeighbour)
          .toSorted((one, other) => (other.transactionMs ?? 0) - (one.transactionMs ?? 0))
          .slice(0, 20);
      return {
        here: oldest(open.filter((one) => one.databaseOid === databaseOid)),
        elsewhere: oldest(open.filter((one) => one.databaseOid !== databaseOid && one.xminAge !== null)),
        hidden: clients.filter((one) => one.hidden && one.databaseOid === databaseOid).length,
      };
    }),
  decide,
});
