import type { GateDecision } from '../../../../model/preflight.js';
import { block, defineGate, pass, unknown, warn } from '../../gate.js';
import { readRows } from './reading/read-shortly.js';

type Observation = {
  readonly major: number;
  readonly version: string;
  readonly rehearsed: { readonly major: number; readonly version: string } | null;
  /** Of a way back alone: the major of its proof, null where there is none. */
  readonly provedOn?: number | null;
};

const remedy = 'Rehearse on the major of the target: lockkeeper rehearse --server-major N.';

const remedyBack = 'Prove the way back on the major of the target: lockkeeper rollback prove --server-major N.';

function decideBack(provedOn: number | null, { major, version }: Observation): GateDecision {
  if (provedOn === null) return warn(`The target runs ${version}; no proof of this way back is known.`, remedyBack);
  const words = `The target runs ${version}, the way back was proved on ${provedOn}`;
  return provedOn === major
    ? pass(`${words}.`)
    : block(`${words}: locks and rewrites differ between majors.`, remedyBack);
}

function decide(seen: Observation): GateDecision {
  const { major, version, rehearsed, provedOn } = seen;
  if (provedOn !== undefined) return decideBack(provedOn, seen);
  if (rehearsed === null) return unknown(`The target runs ${version}; no rehearsal of this change is known.`, remedy);
  const words = `The target runs ${version}, the rehearsal ran ${rehearsed.version}`;
  if (major !== rehearsed.major) return block(`${words}: locks and rewrites differ between majors.`, remedy);
  return numberOf(version) === numberOf(rehearsed.version)
    ? pass(`${words}.`)
    : warn(
        `${words}: the same major, another minor.`,
        'Nothing has to be done, unless a fix between the two concerns the change.',
      );
}

/** Distributions add words behind the number. */
function numberOf(version: string): string {
  return version.split(' ')[0] ?? version;
}

export default defineGate<Observation>({
  id: 'server-version',
  title: 'The rehearsal ran on the major of the target',
  why: 'What a statement locks, rewrites and scans changes from major to major.',
  remedy,
  sources: ['https://www.postgresql.org/support/versioning/'],
  blindSpot: 'Forks and managed services may behave unlike the server of the same number.',
  inspect: async ({ session, change }) => {
    const sql = `SELECT pg_catalog.current_setting('server_version_num')::pg_catalog.int4 / 10000 AS major,
      pg_catalog.current_setting('server_version') AS version`;
    const [row = {}] = await readRows(session, 'the version', { sql });
    const server = change.rehearsal?.server;
    return {
      major: Number(row['major']),
      version: String(row['version']),
      rehearsed: server === undefined ? null : { major: server.major, version: server.version },
      ...(change.plan.direction === 'down' ? { provedOn: change.provedWayBack?.major ?? null } : {}),
    };
  },
  decide,
});
