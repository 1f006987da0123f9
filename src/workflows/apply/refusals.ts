import { readEntries } from '../../foundation/ledger/entries.js';
import { livingBackends } from '../../foundation/ledger/backends.js';
import { readLeaseHolder } from '../../foundation/ledger/lease.js';
import { readRuns, unfinishedRun } from '../../foundation/ledger/runs.js';
import { readLedgerVersion } from '../../foundation/ledger/ledger-schema.js';
import type { Session } from '../../foundation/postgres/session.js';
import type { ApplyPlan } from '../../model/apply-plan.js';
import type { RunVerdict } from '../../model/apply-run.js';
import { ChangeSafetyError } from '../../model/change-safety-error.js';
import type { SelectedMigrations } from '../select-migrations.js';
import { explainLease } from './explain-lease.js';
import type { ApplyTarget } from './open-target.js';

/** @throws ChangeSafetyError `apply-refused` with every reason why the plan may not be run. */
export function refusePlan({ refusals }: ApplyPlan): void {
  const [first] = refusals;
  if (first === undefined) return;
  throw new ChangeSafetyError({
    code: 'apply-refused',
    message: refusals.map(({ stepId, reason }) => `${stepId}: ${reason}`).join('\n'),
    remedy: first.remedy,
    effect: 'none',
  });
}

/** Says at once who is at work, before anything is judged. @throws ChangeSafetyError `lease-held`. */
export async function refuseRunning(session: Session, target: ApplyTarget): Promise<void> {
  const holder = await readLeaseHolder(session);
  if (holder === null || (await livingBackends(session, [holder.backend])).length === 0) return;
  throw explainLease({ kind: 'held', holder }, target);
}

/**
 * A run that never came to its end left a step of which nobody knows.
 * @throws ChangeSafetyError `apply-refused` for such a run.
 */
export async function refuseUnfinished(session: Session, target: ApplyTarget): Promise<void> {
  const runId = await findUnfinishedRun(session);
  if (runId === null || (await readLeaseHolder(session))?.alive === true) return;
  throw brokenOff(runId, target);
}

/** The same for who holds the lease: another run may have been begun, and broken off, since somebody looked. */
export async function refuseUnfinishedOther(session: Session, own: string, target: ApplyTarget): Promise<void> {
  const runId = await findUnfinishedRun(session);
  if (runId !== null && runId !== own) throw brokenOff(runId, target);
}

function brokenOff(runId: string, { words }: ApplyTarget): ChangeSafetyError {
  return new ChangeSafetyError({
    code: 'apply-refused',
    message: `The run ${runId} on ${words} was broken off before its end.`,
    remedy: '`lockkeeper resume` finds out how far it came, and finishes it or leaves it at a known point.',
    effect: 'none',
  });
}

/** Id of the last run, where it did not end in a known state; null when there is none. */
export async function findUnfinishedRun(session: Session): Promise<string | null> {
  return unfinishedRun(await readRuns(session))?.id ?? null;
}

/**
 * The ledger says that a migration was applied, and the table of the team's tool does not: one of both is wrong.
 * @throws ChangeSafetyError `apply-refused` with the migrations concerned.
 */
export async function refuseDisagreement(
  session: Session,
  { change, applied }: SelectedMigrations,
  { words }: ApplyTarget,
): Promise<void> {
  if ((await readLedgerVersion(session)) === null) return;
  const states = new Map(
    (await readEntries(session)).flatMap(({ kind, migrationId }) =>
      migrationId !== null && kind.startsWith('migration-') ? [[migrationId, kind] as const] : [],
    ),
  );
  const again = new Set(applied?.again ?? []);
  const lost = change.filter(
    ({ id }) => (states.get(id) ?? 'migration-reverted') !== 'migration-reverted' && !again.has(id),
  );
  if (lost.length === 0) return;
  throw new ChangeSafetyError({
    code: 'apply-refused',
    message: `The ledger in ${words} has ${lost.map(({ id }) => id).join(', ')} as applied, ${applied?.table ?? 'the table of the team’s tool'} does not.`,
    remedy:
      'Find out which is true, and write it down: `lockkeeper repair --applied ID` or `lockkeeper repair --reverted ID`.',
    effect: 'none',
  });
}

interface StateFacts {
  readonly plan: ApplyPlan;
  /** Steps that took effect. */
  readonly done: number;
  readonly target: string;
  readonly dryRun: boolean;
}

/** What an operator asks first: how is the database now, and what next? */
export function stateInWords(
  verdict: RunVerdict,
  facts: StateFacts,
): { readonly state: string; readonly remedy: string | null } {
  const { plan, done, target, dryRun } = facts;
  const next = plan.steps[done];
  const all = plan.steps.length === 1 ? 'The only step' : `All ${plan.steps.length} steps`;
  const extent = done === 0 ? 'Nothing was changed' : `${done} of ${plan.steps.length} steps took effect`;
  switch (verdict) {
    case 'applied':
      return { state: `${all} took effect in ${target}.`, remedy: null };
    case 'nothing-to-do':
      return dryRun && plan.steps.length > 0
        ? { state: `Nothing was changed in ${target}: this was a dry run.`, remedy: null }
        : { state: `Nothing was changed: ${target} has all that is wanted.`, remedy: null };
    case 'blocked':
      return {
        state: `Nothing was changed in ${target}: a gate is closed.`,
        remedy: 'Do what the gate asks for, or have it waived by name.',
      };
    case 'indeterminate':
      return {
        state: `${extent} in ${target}; of ${next?.id ?? 'the last step'} it is not known.`,
        remedy: 'Run `lockkeeper resume`: it ends what still works, asks the catalog, and decides.',
      };
    case 'aborted':
    case 'failed':
      return {
        state: `${extent} in ${target}; ${next?.id ?? 'the next step'} left nothing behind.`,
        remedy:
          verdict === 'failed' ? 'Correct the migration, and apply it again.' : 'Apply it again when the way is free.',
      };
    default:
      return verdict satisfies never;
  }
}
