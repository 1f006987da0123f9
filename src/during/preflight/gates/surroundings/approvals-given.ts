import type { Assessment } from '../../../../model/classification.js';
import type { GateDecision } from '../../../../model/preflight.js';
import { defineGate, pass, unknown } from '../../gate.js';
import type { GatePolicy } from '../../gate-context.js';

type Observation = {
  /** The most that any migration of the change asks for. */
  readonly demanded: readonly { readonly role: string; readonly count: number }[];
  /** False where the risk of some migration is not known. */
  readonly classified: boolean;
};

const remedy =
  'Have it approved by those whom the policy names, and say so in a waiver of this gate: policy.waivers with gate, target, by, reason, grantedAt and expiresAt.';

function decide({ demanded, classified }: Observation, { controls }: GatePolicy): GateDecision {
  if (!classified) return unknown('The risk of the change is not known, and so not who has to approve it.', remedy);
  const wanted = [
    ...demanded.map(({ role, count }) => (count === 1 ? role : `${count} × ${role}`)),
    ...(controls.includes('second approver') ? ['a second approver'] : []),
  ];
  if (wanted.length === 0) return pass('The policy asks for no approval of a change of this risk.');
  return unknown(`The policy asks for ${wanted.join(', ')}; no signature of theirs can be read yet.`, remedy);
}

export default defineGate<Observation>({
  id: 'approvals-given',
  title: 'Those whom the policy names have approved the change',
  why: 'Who answers for the data decides about its risk, with the rehearsal before them, and not whoever happens to run the command.',
  remedy,
  sources: [],
  blindSpot:
    'An approval that was given by word, or in another system, is not seen: where one is demanded the gate is unknown.',
  inspect: async ({ change: { classifications, migrations } }) => {
    const known = new Set(classifications.map(({ id }) => id));
    return {
      demanded: mostDemanded(classifications.flatMap(({ assessment }) => assessment.approvals)),
      classified: migrations.every(({ id }) => known.has(id)),
    };
  },
  decide,
});

function mostDemanded(approvals: Assessment['approvals']): Assessment['approvals'] {
  const counts = new Map<string, number>();
  for (const { role, count } of approvals) counts.set(role, Math.max(count, counts.get(role) ?? 0));
  return [...counts].map(([role, count]) => ({ role, count }));
}
