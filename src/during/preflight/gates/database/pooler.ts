import type { Session } from '../../../../foundation/postgres/session.js';
import type { GateDecision } from '../../../../model/preflight.js';
import { block, defineGate, pass, warn } from '../../gate.js';

type Observation = {
  /** Whether the process that the handshake named is the one that answers. */
  readonly direct: boolean;
  /** Whether transactions went to different processes: pooling by transaction for sure. */
  readonly changed: boolean;
  readonly directUrl: boolean;
  /** Steps that one session has to see through: outside of a transaction, or with settings from before. */
  readonly sessionSteps: readonly string[];
};

const remedy =
  'Set directUrl of the target to an address that leads to the server itself (with PgBouncer usually its port 5432).';

function decide({ direct, changed, directUrl, sessionSteps }: Observation): GateDecision {
  if (direct) return pass('The connection leads to the server itself.');
  const what = changed ? 'A pooler hands out servers by transaction' : 'A pooler or proxy stands in between';
  const advice = directUrl ? 'directUrl leads to a pooler, too: name the server itself.' : remedy;
  if (sessionSteps.length > 0) {
    return block(
      `${what}, and ${sessionSteps.length} steps need one session throughout (${sessionSteps[0]}, …): settings and concurrent builds break there.`,
      advice,
    );
  }
  return warn(
    `${what}: the process that answers is another than the handshake named. All steps are single transactions, so the change works; cancelling and the watchdog depend on the pooler.`,
    advice,
  );
}

/** A pooler makes up the process id of the handshake: what it hands out may be another server each time. */
async function readPids(session: Session): Promise<readonly number[]> {
  const pids: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const { rows } = await session.query('SELECT pg_catalog.pg_backend_pid() AS pid');
    pids.push(Number(rows[0]?.['pid']));
  }
  return pids;
}

const rounds = 3;

export default defineGate<Observation>({
  id: 'pooler',
  title: 'No pooler stands where one session is needed',
  why: 'Behind a pooler that hands out servers by transaction, settings and session locks end up with other clients, and statements outside a transaction may be refused.',
  remedy,
  sources: ['https://www.pgbouncer.org/features.html', 'https://www.postgresql.org/docs/current/protocol-flow.html'],
  blindSpot:
    'A proxy that passes on the process id of the server, and yet pools, is not recognised; whether one pools by session or by transaction shows only when it hands out another server.',
  inspect: async ({ session, target, change }) => {
    const pids = await readPids(session);
    const needSession = change.plan.steps.filter(({ kind, settings }) => kind === 'statement' || settings.length > 0);
    return {
      direct: pids.every((pid) => pid === session.pid),
      changed: new Set(pids).size > 1,
      directUrl: target.directUrl !== null,
      sessionSteps: needSession.map(({ id }) => id),
    };
  },
  decide,
});
