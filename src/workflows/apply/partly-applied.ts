import { stepFacts } from '../../during/apply/plan/step-facts.js';
import { readEntries } from '../../foundation/ledger/entries.js';
import { readLedgerVersion } from '../../foundation/ledger/ledger-schema.js';
import { openSteps } from '../../foundation/ledger/runs.js';
import type { Session } from '../../foundation/postgres/session.js';
import type { ApplyPlan, PlanStep } from '../../model/apply-plan.js';
import type { LedgerEntry } from '../../model/ledger.js';

/**
 * A migration of several steps of which an earlier run came only so far goes on where that one stopped. Steps that took
 * effect with another text than the file has now are refused: nobody knows what the rest would meet.
 */
export async function withoutEarlierSteps(plan: ApplyPlan, session: Session): Promise<ApplyPlan> {
  if ((await readLedgerVersion(session)) === null) return plan;
  return leaveOutSteps(plan, openSteps(await readEntries(session)));
}

/** Pure. */
export function leaveOutSteps(plan: ApplyPlan, open: ReadonlyMap<string, readonly LedgerEntry[]>): ApplyPlan {
  const taken = new Map([...open.values()].flat().map((entry) => [entry.stepId ?? '', entry]));
  const same = (step: PlanStep): boolean => sqlOf(taken.get(step.id)) === stepFacts(step).sql;
  const changed = plan.steps.filter((step) => taken.has(step.id) && !same(step));
  return {
    ...plan,
    steps: plan.steps.filter((step) => !taken.has(step.id) || !same(step)),
    refusals: [...plan.refusals, ...changed.map(refusalOf)],
  };
}

function sqlOf(entry: LedgerEntry | undefined): string | null {
  const body = entry?.body;
  const isObject = typeof body === 'object' && body !== null && 'sql' in body;
  return isObject && typeof body.sql === 'string' ? body.sql : null;
}

function refusalOf({ id, migrationId }: PlanStep): ApplyPlan['refusals'][number] {
  return {
    stepId: id,
    reason: 'An earlier run applied this step with another text, and stopped before the end of the migration.',
    remedy: `Restore the file as it was; or take back by hand what it did, and say so with \`lockkeeper repair --reverted ${migrationId}\`.`,
  };
}
