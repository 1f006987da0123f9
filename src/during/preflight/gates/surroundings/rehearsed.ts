import type { GateDecision } from '../../../../model/preflight.js';
import type { Rehearsal } from '../../../../model/rehearsal.js';
import { block, defineGate, pass, unknown, warn } from '../../gate.js';
import type { GateContext, GatePolicy, ProvedWayBack } from '../../gate-context.js';
import { type ByTier, limitOf } from '../../gate-settings.js';
import { durationInWords } from '../../in-words.js';

/** Setting `maxAgeDays`: how old the rehearsal may be. */
const maxAgeDays: ByTier = [7, 14, 30, 90];
const dayMs = 86_400_000;

type Observation = {
  readonly targetMajor: number;
  /** Null where this change, byte for byte, was not rehearsed. */
  readonly rehearsal: {
    readonly startedAt: string;
    readonly verdict: Rehearsal['verdict'];
    readonly inconclusive: readonly string[];
    readonly major: number;
    readonly data: Rehearsal['stage']['data'];
    readonly rowsPerTable: number | null;
    readonly traffic: boolean;
    readonly errors: number;
  } | null;
  /** Of a way back alone: its proof on a stage, null where there is none. */
  readonly proof?: Pick<ProvedWayBack, 'provedAt' | 'major'> | null;
};

const remedy =
  'Rehearse the change as it is now, on the major of the target and with data like its own: lockkeeper rehearse.';

const remedyBack =
  'Prove the way back as it is now, on the major of the target: lockkeeper rollback prove, or lockkeeper rollback generate.';

/** A way back is rehearsed by its proof: up, down and up again on a stage. */
function decideBack(proof: NonNullable<Observation['proof']> | null, major: number, policy: GatePolicy): GateDecision {
  if (proof === null) {
    const found = 'No record says that this way back was tried';
    return policy.controls.includes('rehearsal')
      ? block(`${found}.`, remedyBack)
      : warn(`${found}; the tier asks for none.`, remedyBack);
  }
  if (proof.major !== major)
    return block(`The way back was proved on PostgreSQL ${proof.major}, and the target is ${major}.`, remedyBack);
  const age = durationInWords(Math.max(0, policy.now.getTime() - Date.parse(proof.provedAt)));
  return pass(`The way back was run on PostgreSQL ${major} ${age} ago, and restored what the migration had changed.`);
}

function decide({ rehearsal, targetMajor, proof }: Observation, policy: GatePolicy): GateDecision {
  if (proof !== undefined) return decideBack(proof, targetMajor, policy);
  if (rehearsal === null) {
    const found = 'There is no rehearsal of the change as it is now';
    return policy.controls.includes('rehearsal')
      ? block(`${found}.`, remedy)
      : warn(`${found}; the tier asks for none.`, remedy);
  }
  const { verdict, major, errors, inconclusive } = rehearsal;
  if (verdict === 'failed') return block('The change failed when it was rehearsed.', remedy);
  if (verdict === 'inconclusive') return block(`The rehearsal says nothing: ${inconclusive.join('; ')}.`, remedy);
  if (major !== targetMajor)
    return block(`It was rehearsed on PostgreSQL ${major}, and the target is ${targetMajor}.`, remedy);
  const ageMs = policy.now.getTime() - Date.parse(rehearsal.startedAt);
  if (Number.isNaN(ageMs) || ageMs < -60_000)
    return unknown(
      `The rehearsal is dated ${rehearsal.startedAt}, which is not yet.`,
      'Set the clocks, and rehearse again.',
    );
  const days = limitOf(policy, 'maxAgeDays', maxAgeDays);
  const age = durationInWords(Math.max(0, ageMs));
  if (ageMs > days * dayMs) return block(`The rehearsal is ${age} old, and may be ${days} days.`, remedy);
  return decideGreen(
    { ...rehearsal, errors },
    `It went through in a rehearsal ${age} ago on PostgreSQL ${major}`,
    policy,
  );
}

function decideGreen(
  { errors, data }: Pick<NonNullable<Observation['rehearsal']>, 'errors' | 'data'>,
  found: string,
  { tier }: GatePolicy,
): GateDecision {
  if (errors > 0)
    return warn(
      `${found}, with ${errors} findings of severity error.`,
      'Read the findings of the rehearsal, and mend the change or accept them.',
    );
  if (data === 'none' && tier <= 1) return warn(`${found}, on empty tables.`, remedy);
  return pass(`${found}${data === 'none' ? ', on empty tables' : ''}.`);
}

function proofOf({ plan, provedWayBack }: GateContext['change']): Pick<Observation, 'proof'> {
  if (plan.direction === 'up') return {};
  return {
    proof: provedWayBack === null ? null : { provedAt: provedWayBack.provedAt, major: provedWayBack.major },
  };
}

export default defineGate<Observation>({
  id: 'rehearsed',
  title: 'The change was rehearsed as it is now, and went through',
  why: 'Locks, duration and failures that a rehearsal shows are found where nobody waits for them. A changed byte is another change.',
  remedy,
  sources: [],
  blindSpot:
    'How like production the data of the rehearsal was is only known as far as the record tells: filled, from a file, or none.',
  settings: [{ name: 'maxAgeDays', meaning: 'How old the rehearsal may be, in days', byTier: maxAgeDays }],
  inspect: async ({ change, session }) => {
    const { rehearsal } = change;
    const { rows } = await session.query(
      `SELECT pg_catalog.current_setting('server_version_num')::pg_catalog.int4 / 10000 AS major`,
    );
    const targetMajor = Number(rows[0]?.['major']);
    if (rehearsal === null) return { targetMajor, rehearsal: null, ...proofOf(change) };
    const { startedAt, verdict, inconclusive, server, stage, findings } = rehearsal;
    const { data, rowsPerTable, trafficPerSecond } = stage;
    const errors = findings.filter(({ severity }) => severity === 'error').length;
    const seen = { startedAt, verdict, inconclusive, major: server.major, data, rowsPerTable, errors };
    return { targetMajor, rehearsal: { ...seen, traffic: trafficPerSecond !== null } };
  },
  decide,
});
