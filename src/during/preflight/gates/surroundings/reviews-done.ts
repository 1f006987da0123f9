import { dueReviews } from '../../../../foundation/approvals/reviews.js';
import type { ApprovalFacts } from '../../../../model/approval.js';
import type { Plain } from '../../../../model/json.js';
import type { GateDecision } from '../../../../model/preflight.js';
import { block, defineGate, pass, warn } from '../../gate.js';
import type { GatePolicy } from '../../gate-context.js';
import { firstOf } from '../../in-words.js';

type Observation = {
  readonly target: string | null;
  readonly reviewDays: number;
  readonly direction: 'up' | 'down';
  readonly statements: Plain<ApprovalFacts['statements']>;
};

const remedy =
  'Whoever did not sign it looks into what was done and why, and closes it: lockkeeper approve review RECORD --reason FINDING.';

function decide({ target, reviewDays, direction, statements }: Observation, { now, tier }: GatePolicy): GateDecision {
  const due = target === null ? [] : dueReviews(statements, { target, reviewDays, now });
  if (due.length === 0) return pass('Nobody went past a gate without its having been looked into.');
  const words = (one: (typeof due)[number]): string =>
    `${one.kind} by ${one.by ?? 'somebody unknown'} of ${one.grantedAt.slice(0, 10)} (${one.record.slice(0, 12)})`;
  const overdue = due.filter((one) => one.overdue);
  if (overdue.length === 0) return warn(`To be looked into: ${firstOf(due.map(words))}.`, remedy);
  const found = `Not looked into within ${reviewDays} days: ${firstOf(overdue.map(words))}.`;
  // A way back is no occasion to collect what is owed.
  return tier <= 1 && direction === 'up' ? block(found, remedy) : warn(found, remedy);
}

export default defineGate<Observation>({
  id: 'reviews-done',
  title: 'What was done past the gates was looked into',
  why: 'An exception that nobody looks into becomes the usual way.',
  remedy,
  sources: [],
  blindSpot: 'It knows of waivers and of breaking glass that were signed; apply --no-gates stands in the ledger alone.',
  inspect: async ({ change }) => {
    const { change: about, terms, statements } = await change.approvals();
    return { target: about.target, reviewDays: terms.reviewDays, direction: change.plan.direction, statements };
  },
  decide,
});
