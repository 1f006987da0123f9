import { endBackends, livingBackends } from '../foundation/ledger/backends.js';
import { readEntries } from '../foundation/ledger/entries.js';
import { readLeasedBackends, readLeaseHolder } from '../foundation/ledger/lease.js';
import type { Session } from '../foundation/postgres/session.js';
import { ChangeSafetyError } from '../model/change-safety-error.js';
import type { ApplyPlan } from '../model/apply-plan.js';
import type { BackendIdentity, LedgerEntry } from '../model/ledger.js';
import type { ChangeRequest } from './apply/change-request.js';
import { explainLease } from './apply/explain-lease.js';
import { openPreparation } from './apply/plan-change.js';
import { judgeForTarget, planForTarget, type Preparation, selectForTarget } from './apply/prepare.js';
import { findUnfinishedRun } from './apply/refusals.js';
import { type ApplyResult, reportRun } from './apply/report-run.js';
import { runUnderLease } from './apply/run-under-lease.js';
import type { SelectedMigrations } from './select-migrations.js';

/** How long a backend of a dead runner gets to end, in milliseconds. */
const longestEndMs = 60_000;

/**
 * Takes up a run that was broken off: ends what still works for it, finds out by each step's own probe how far it came,
 * and finishes it. @throws ChangeSafetyError `apply-refused` when there is no such run, or its files have changed.
 */
export async function resume(request: ChangeRequest): Promise<ApplyResult> {
  const startedAt = request.clock.date();
  const start = request.clock.now();
  const preparation = await openPreparation(request);
  await using session = preparation.session;
  const { target } = preparation;
  const runId = await findUnfinishedRun(session);
  if (runId === null) throw nothingToResume(target.words);
  await endLeftBackends(preparation);
  const entries = await readEntries(session, runId);
  const selected = await selectRun(preparation, entries);
  const plan = planForTarget(preparation, selected, await judgeForTarget(preparation, selected.change));
  refuseOtherFiles(plan, entries);
  const remaining = withoutApplied(plan, entries);
  const begun = new Set(entries.flatMap(({ kind, stepId }) => (kind === 'intent' && stepId !== null ? [stepId] : [])));
  const stillWanted = async () => true;
  const outcome = await runUnderLease(preparation, { runId, plan: remaining, selected, begun, stillWanted });
  if (outcome === null) throw nothingToResume(target.words);
  const { run: result, criteria, notes } = outcome;
  return await reportRun(preparation, {
    plan: remaining,
    selected,
    verdict: result.verdict,
    preflight: null,
    run: { id: runId, result, criteria },
    dryRun: false,
    script: null,
    notes: [`It goes on with the run ${runId}, which was broken off; the gates were not asked again.`, ...notes],
    startedAt,
    durationMs: request.clock.now() - start,
  });
}

/** The keeper of a living runner is never ended: it is refused instead. */
async function endLeftBackends({ session, target, request }: Preparation): Promise<void> {
  const holder = await readLeaseHolder(session);
  if (holder === null) return;
  if (await keeperLives(session, holder.backend)) throw explainLease({ kind: 'held', holder }, target);
  const backends = await readLeasedBackends(session);
  const left = await endBackends(session, backends, { clock: request.clock, timeoutMs: longestEndMs });
  if (left.length === 0) return;
  throw new ChangeSafetyError({
    code: 'apply-refused',
    message: `Backends of the broken run do not end: ${left.map(({ pid }) => pid).join(', ')}.`,
    remedy: 'Look what they wait for with `lockkeeper locks`, and resume again.',
    effect: 'none',
  });
}

async function keeperLives(session: Session, keeper: BackendIdentity): Promise<boolean> {
  return (await livingBackends(session, [keeper])).length > 0;
}

/** The migrations that the run was to apply, completed ones too, as the files are now. */
async function selectRun(preparation: Preparation, entries: readonly LedgerEntry[]): Promise<SelectedMigrations> {
  const selected = await selectForTarget(preparation);
  const wanted = new Set(planOf(entries).steps.map(({ migrationId }) => migrationId));
  const change = selected.project.migrations.filter(({ id }) => wanted.has(id));
  return { ...selected, change };
}

interface StoredPlan {
  readonly changeDigest: string;
  readonly steps: readonly { readonly id: string; readonly migrationId: string }[];
}

/** The plan as the run wrote it down when it began. */
function planOf(entries: readonly LedgerEntry[]): StoredPlan {
  return entries.find(({ kind }) => kind === 'run-started')?.body as unknown as StoredPlan;
}

function refuseOtherFiles({ changeDigest }: ApplyPlan, entries: readonly LedgerEntry[]): void {
  if (planOf(entries).changeDigest === changeDigest) return;
  throw new ChangeSafetyError({
    code: 'apply-refused',
    message: 'The migrations are not those that the broken run was applying: a file has changed, or is missing.',
    remedy: 'Check out the revision that it ran with, and resume there.',
    effect: 'none',
  });
}

function withoutApplied(plan: ApplyPlan, entries: readonly LedgerEntry[]): ApplyPlan {
  const applied = new Set(
    entries.flatMap(({ kind, stepId }) => (kind === 'applied' && stepId !== null ? [stepId] : [])),
  );
  return { ...plan, steps: plan.steps.filter(({ id }) => !applied.has(id)) };
}

function nothingToResume(words: string): ChangeSafetyError {
  return new ChangeSafetyError({
    code: 'apply-refused',
    message: `No run on ${words} was broken off.`,
    remedy: '`lockkeeper history` lists the runs there were.',
    effect: 'none',
  });
}
