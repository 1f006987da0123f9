import { endBackends, silenceOf } from '../../foundation/ledger/backends.js';
import { readLeasedBackends, readLeaseHolder } from '../../foundation/ledger/lease.js';
import { summarizeRuns } from '../../foundation/ledger/runs.js';
import { ChangeSafetyError } from '../../model/change-safety-error.js';
import type { ApplyPlan } from '../../model/apply-plan.js';
import type { CheckReport } from '../../model/check.js';
import type { BackendIdentity, LedgerEntry, LedgerRun } from '../../model/ledger.js';
import type { SelectedMigrations } from '../select-migrations.js';
import { commandSelection, planOfStatements } from './command-plan.js';
import { explainLease } from './explain-lease.js';
import { planRollback, type PlannedRollback } from './plan-rollback.js';
import { judgeForTarget, planForTarget, type Preparation, selectForTarget } from './prepare.js';

/** How long a backend of a dead runner gets to end, in milliseconds. */
const longestEndMs = 60_000;

/** A living runner asks its keeper twice a second, and takes the lease for lost after five without an answer. */
const silentMs = 10_000;
const surelyAliveMs = 2_000;
const pollMs = 500;

/** A runner whose machine or network is gone cannot close its connections: the server still takes it for alive. */
async function runnerLives({ session, request }: Preparation, keeper: BackendIdentity): Promise<boolean> {
  for (;;) {
    const silence = await silenceOf(session, keeper);
    if (silence === null || silence > silentMs) return false;
    if (silence < surelyAliveMs) return true;
    await request.clock.sleep(pollMs);
  }
}

/** Ends what still works for a dead runner. A living one is never ended here: it is refused instead. */
export async function endLeftBackends(preparation: Preparation): Promise<void> {
  const { session, target, request } = preparation;
  const holder = await readLeaseHolder(session);
  if (holder === null) return;
  if (await runnerLives(preparation, holder.backend)) throw explainLease({ kind: 'held', holder }, target);
  const backends = await readLeasedBackends(session);
  const left = await endBackends(session, backends, { clock: request.clock, timeoutMs: longestEndMs });
  if (left.length === 0) return;
  throw new ChangeSafetyError({
    code: 'apply-refused',
    message: `Backends of the broken run do not end: ${left.map(({ pid }) => pid).join(', ')}.`,
    remedy: 'Look what they wait for with `lockkeeper locks`, and try again.',
    effect: 'none',
  });
}

/** What a run that was broken off was to do, planned again from the files. */
export interface BrokenRun {
  readonly selected: SelectedMigrations;
  readonly plan: ApplyPlan;
  /** Null where nobody judged it, and of a way back. */
  readonly judged: CheckReport | null;
  /** File of a rollback that is not the project's own. */
  readonly script: string | null;
  /** Of a way back: the migration, and what leads back. */
  readonly rollback: Pick<PlannedRollback, 'migration' | 'script'> | null;
}

/**
 * Plans a broken run again, from the beginning. Without a judgement nothing is known of the locks that it takes.
 * @throws ChangeSafetyError `apply-refused` when the files are not those that the run was begun with.
 */
export async function readBrokenRun(
  preparation: Preparation,
  entries: readonly LedgerEntry[],
  { judged }: { readonly judged: boolean },
): Promise<BrokenRun> {
  const [run] = summarizeRuns(entries);
  if (isCommandRun(entries)) {
    return { ...planOfCommand(run?.changeDigest ?? ''), judged: null, script: null, rollback: null };
  }
  const broken = run?.direction === 'down' ? await planDown(preparation, run, judged) : null;
  const again = broken ?? (await planUp(preparation, run?.migrations ?? [], judged));
  refuseOtherFiles(again.plan, run?.changeDigest ?? null);
  return { ...again, script: run?.script ?? null, rollback: broken?.rollback ?? null };
}

type Planned = Pick<BrokenRun, 'selected' | 'plan' | 'judged'>;

/** The run was the team's own command: there are no steps that anybody could go on with. */
export function isCommandRun(entries: readonly LedgerEntry[]): boolean {
  const body = entries.find(({ kind }) => kind === 'run-started')?.body;
  return typeof body === 'object' && body !== null && 'command' in body;
}

function planOfCommand(changeDigest: string): Pick<BrokenRun, 'selected' | 'plan'> {
  return { selected: commandSelection, plan: planOfStatements([], { changeDigest, command: 'command' }).plan };
}

/** The migrations that the run was to apply, completed ones too, as the files are now. */
async function planUp(preparation: Preparation, ids: readonly string[], judged: boolean): Promise<Planned> {
  const all = await selectForTarget(preparation);
  const selected = { ...all, change: all.project.migrations.filter(({ id }) => ids.includes(id)) };
  const judgement = judged ? await judgeForTarget(preparation, selected.change) : null;
  return { selected, plan: planForTarget(preparation, selected, judgement), judged: judgement };
}

async function planDown(preparation: Preparation, run: LedgerRun, judged: boolean) {
  const [id = ''] = run.migrations;
  const { selected, plan, migration, script } = await planRollback(preparation, { id, script: run.script, judged });
  return { selected, plan, judged: null, rollback: { migration, script } };
}

function refuseOtherFiles(plan: ApplyPlan, changeDigest: string | null): void {
  if (plan.changeDigest === changeDigest) return;
  throw new ChangeSafetyError({
    code: 'apply-refused',
    message: 'The migrations are not those that the broken run was applying: a file has changed, or is missing.',
    remedy: 'Check out the revision that it ran with, and try again there.',
    effect: 'none',
  });
}

export function withoutApplied(plan: ApplyPlan, entries: readonly LedgerEntry[]): ApplyPlan {
  const applied = stepsOf(entries, 'applied');
  return { ...plan, steps: plan.steps.filter(({ id }) => !applied.has(id)) };
}

/** Steps that were tried; of those that are not applied nobody knows. */
export function begunSteps(entries: readonly LedgerEntry[]): ReadonlySet<string> {
  return stepsOf(entries, 'intent');
}

function stepsOf(entries: readonly LedgerEntry[], wanted: LedgerEntry['kind']): ReadonlySet<string> {
  return new Set(entries.flatMap(({ kind, stepId }) => (kind === wanted && stepId !== null ? [stepId] : [])));
}
