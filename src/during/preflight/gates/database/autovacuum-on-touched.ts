import { readRelationLocks } from '../../../../foundation/activity/read-contended-locks.js';
import type { GateDecision } from '../../../../model/preflight.js';
import { block, defineGate, pass, unknown, warn } from '../../gate.js';
import { durationInWords, firstOf } from '../../in-words.js';
import { grantMonitor, readNeighbours } from './reading/read-neighbours.js';
import { readShortly } from './reading/read-shortly.js';
import { findTouchedTables } from './reading/touched-tables.js';

type Vacuum = {
  readonly relation: string;
  readonly pid: number;
  /** `hidden`: the role may not see what the process is. */
  readonly kind: 'autovacuum' | 'wraparound' | 'by hand' | 'hidden';
  readonly runningMs: number | null;
};
type Observation = { readonly vacuums: readonly Vacuum[] };

function decide({ vacuums }: Observation): GateDecision {
  const named = (kind: Vacuum['kind']): readonly string[] =>
    vacuums
      .filter((vacuum) => vacuum.kind === kind)
      .map(({ relation, pid, runningMs }) => `${relation} (pid ${pid}, for ${durationInWords(runningMs ?? 0)})`);
  const [wraparound, byHand, automatic, hidden] = [
    named('wraparound'),
    named('by hand'),
    named('autovacuum'),
    named('hidden'),
  ];
  if (wraparound.length > 0) {
    return block(
      `An autovacuum prevents wraparound on ${firstOf(wraparound)}: it gives way to nobody.`,
      'Let it end. Cancelling it helps for seconds: it starts again.',
    );
  }
  if (hidden.length > 0) {
    return unknown(`A process that this role cannot see holds a maintenance lock on ${firstOf(hidden)}.`, grantMonitor);
  }
  if (byHand.length > 0) {
    return block(
      `A VACUUM, ANALYZE or concurrent build runs on ${firstOf(byHand)}: it does not give way.`,
      'Let it end, or ask who started it.',
    );
  }
  if (automatic.length > 0) {
    return warn(
      `An autovacuum runs on ${firstOf(automatic)}: the change waits outside the queue until it has ended.`,
      'Wait for it. It gives way only to who waits longer than deadlock_timeout.',
    );
  }
  return pass('No vacuum runs on the touched tables.');
}

export default defineGate<Observation>({
  id: 'autovacuum-on-touched',
  title: 'No vacuum runs on the touched tables',
  why: 'A vacuum holds SHARE UPDATE EXCLUSIVE, for which nearly every ALTER TABLE and concurrent build has to wait; one that prevents wraparound never yields.',
  remedy: 'Wait until the vacuum has ended, then ask again.',
  sources: ['https://www.postgresql.org/docs/current/routine-vacuuming.html#AUTOVACUUM'],
  blindSpot: 'Without pg_monitor it sees that somebody holds such a lock, and not whether it is an autovacuum.',
  inspect: async ({ session, change }) =>
    await readShortly(session, 'running vacuums', async () => {
      const tables = await findTouchedTables(session, change.touched);
      const { sessions, databaseOid } = await readNeighbours(session);
      const nameOf = new Map(
        tables.flatMap(({ oid, toastOid, relation }) => [
          [oid, relation] as const,
          ...(toastOid === null ? [] : [[toastOid, relation] as const]),
        ]),
      );
      const locks = await readRelationLocks(session, databaseOid);
      const vacuums = locks.flatMap(({ object, mode, granted, pid }): readonly Vacuum[] => {
        const relation = nameOf.get(object.relationOid ?? 0);
        const found = sessions.find((one) => one.pid === pid);
        if (!granted || mode !== 'ShareUpdateExclusiveLock' || relation === undefined || found === undefined) return [];
        const { backendType, query, transactionMs } = found;
        const wraparound = query?.includes('(to prevent wraparound)') === true;
        const automatic = wraparound ? 'wraparound' : 'autovacuum';
        const kind = found.hidden ? 'hidden' : backendType === 'autovacuum worker' ? automatic : 'by hand';
        return [
          { relation, pid: found.pid, kind, runningMs: transactionMs === null ? null : Math.round(transactionMs) },
        ];
      });
      return { vacuums };
    }),
  decide,
});
