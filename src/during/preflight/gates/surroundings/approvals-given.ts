import { type ApprovalJudgement, judgeApprovals } from '../../../../foundation/approvals/judge-approvals.js';
import type { ApprovalFacts } from '../../../../model/approval.js';
import type { Plain } from '../../../../model/json.js';
import type { GateDecision } from '../../../../model/preflight.js';
import { block, defineGate, pass, unknown, warn } from '../../gate.js';
import type { GateContext, GatePolicy } from '../../gate-context.js';
import { firstOf } from '../../in-words.js';

type Observation = {
  readonly facts: Plain<ApprovalFacts>;
  readonly direction: 'up' | 'down';
  /** A way back that was proved; of a change that leads forward always false. */
  readonly proved: boolean;
  /** False where the risk of some migration is not known. */
  readonly classified: boolean;
};

const remedy =
  '`lockkeeper approve list` says who may approve, and `lockkeeper approve --key FILE` does it. Without time for that: `lockkeeper approve --break-glass --reason WHY`, which is looked into afterwards.';

function decide({ facts, direction, proved, classified }: Observation, policy: GatePolicy): GateDecision {
  if (direction === 'down') return decideWayBack(proved);
  if (!classified) return unknown('The risk of the change is not known, and so not who has to approve it.', remedy);
  const secondApprover = policy.controls.includes('second approver');
  const judged = judgeApprovals({ ...facts, secondApprover, now: policy.now });
  const [tampered] = judged.tampered;
  if (tampered !== undefined) {
    return block(
      `The record ${tampered.name} of an approval was tampered with: ${tampered.problem}.`,
      'Find out who changed it, and bring back the record as it was written.',
    );
  }
  if (facts.demanded.length === 0 && !secondApprover)
    return pass('The policy asks for no approval of a change of this risk.');
  return decideDemanded(facts, judged);
}

/** Who takes a change back waits for no signature: what he may do was agreed with the change. */
function decideWayBack(proved: boolean): GateDecision {
  if (proved) return pass('It is the proved way back of a change, which waits for no approval of its own.');
  return warn('It is a way back that nothing proves, and nobody approved it.', 'Prove it: lockkeeper rollback prove.');
}

function decideDemanded(facts: Plain<ApprovalFacts>, judged: ApprovalJudgement): GateDecision {
  const { change, authors, signersProblem } = facts;
  if (change.target === null)
    return unknown(
      'An approval names a target of the configuration, and here a connection string was given.',
      'Give the database a name under targets, and say --target.',
    );
  if (signersProblem !== null)
    return unknown(
      `It cannot be told who may approve: ${signersProblem}.`,
      'evidence.signers names the file of allowed signers: one line for each, `alice@example.com ssh-ed25519 AAAA…`, committed like any other file.',
    );
  if (judged.broken !== null) {
    const { by, reason, record, expiresAt } = judged.broken;
    return warn(
      `${by ?? ''} broke the glass until ${expiresAt ?? ''} (${short(record)}): ${reason ?? ''}. Lacking: ${judged.lacking.join(', ') || 'nothing'}.`,
      '`lockkeeper approve review` closes it, once somebody else has looked into it.',
    );
  }
  if (authors.problem !== null)
    return unknown(
      `It is not known who wrote the change: ${authors.problem}.`,
      'Commit it, in a clone with its whole history: who wrote a change never approves it alone.',
    );
  if (authors.unknown.length > 0)
    return unknown(
      `The allowed signers do not know ${firstOf(authors.unknown)}, who wrote the change.`,
      'Add them to the allowed signers, or map their mail in .mailmap.',
    );
  if (judged.lacking.length === 0) {
    return pass(
      `Approved by ${judged.given.map(({ by, role, record }) => `${by} (${role}, ${short(record)})`).join(', ')}.`,
    );
  }
  return block(`Lacking: ${judged.lacking.join(', ')}.${whyNot(judged)}`, remedy);
}

/** What is there and does not count, each with its place. */
function whyNot({ statements }: ApprovalJudgement): string {
  const voided = statements.flatMap(({ fault, kind, by, role, record }) =>
    fault === null || kind === 'waiver'
      ? []
      : [
          `${short(record)} by ${by ?? 'somebody unknown'}${role === null ? '' : ` (${role})`} does not count: ${fault}`,
        ],
  );
  return voided.length === 0 ? '' : ` ${firstOf(voided.toReversed(), 5)}.`;
}

function short(record: string): string {
  return record.slice(0, 12);
}

async function inspect({ change }: GateContext): Promise<Observation> {
  const { classifications, migrations, plan, provedWayBack } = change;
  const known = new Set(classifications.map(({ id }) => id));
  return {
    facts: await change.approvals(),
    direction: plan.direction,
    proved: provedWayBack !== null,
    classified: migrations.every(({ id }) => known.has(id)),
  };
}

export default defineGate<Observation>({
  id: 'approvals-given',
  title: 'Those whom the policy names have approved the change',
  why: 'Who answers for the data decides about its risk, with the rehearsal before them, and not whoever happens to run the command. What they signed is bound to every byte of the change, to its rehearsal, and to the policy.',
  remedy,
  sources: ['https://man.openbsd.org/ssh-keygen.1#ALLOWED_SIGNERS'],
  blindSpot:
    'Who wrote a change is what git says: a commit may carry any name. On the tiers 0 and 1 no waiver opens this gate.',
  inspect,
  decide,
});
