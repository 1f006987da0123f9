import { readEntries } from '../foundation/ledger/entries.js';
import { requireKnownMajor } from '../foundation/postgres/require-major.js';
import { ChangeSafetyError } from '../model/change-safety-error.js';
import type { ApplyPlan } from '../model/apply-plan.js';
import type { StepOutcome } from '../model/apply-run.js';
import type { CheckReport } from '../model/check.js';
import {
  begunSteps,
  type BrokenRun,
  endLeftBackends,
  isCommandRun,
  readBrokenRun,
  withoutApplied,
} from './apply/broken-run.js';
import type { ChangeRequest } from './apply/change-request.js';
import { findRunById } from './validate/find-run.js';
import { beginBaseline, completeFigures, takeFigures, touchedTables } from './validate/take-figures.js';
import { placeOf, reportValidated } from './validate/validate-applied.js';
import { openPreparation } from './apply/plan-change.js';
import type { Preparation } from './apply/prepare.js';
import { findUnfinishedRun } from './apply/refusals.js';
import type { ApplyResult, ToldRun } from './apply/report-run.js';
import { runUnderLease } from './apply/run-under-lease.js';
import { compareWithProof, successInWords } from './rollback/compare-with-proof.js';
import { findProof } from './rollback/prove-record.js';

export interface ResumeRequest extends ChangeRequest {
  /** Look afterwards whether all is well. Default: yes. */
  readonly validate?: boolean;
}

/**
 * Takes up a run that was broken off: ends what still works for it, finds out by each step's own probe how far it came,
 * and finishes it. @throws ChangeSafetyError `apply-refused` when there is no such run, or its files have changed.
 */
export async function resume(request: ResumeRequest): Promise<ApplyResult> {
  const startedAt = request.clock.date();
  const start = request.clock.now();
  const preparation = await openPreparation(request);
  await using session = preparation.session;
  await endLeftBackends(preparation);
  const { runId, entries } = await findBroken(session, preparation.target.words);
  const { selected, plan, judged, script, rollback } = await readBrokenRun(preparation, entries, { judged: true });
  const remaining = withoutApplied(plan, entries);
  const begun = begunSteps(entries);
  const stillWanted = async () => true;
  const began = judged === null ? null : await figuresBefore(preparation, { runId, judged });
  const outcome = await runUnderLease(preparation, { runId, plan: remaining, selected, script, begun, stillWanted });
  if (outcome === null) throw nothingToResume(preparation.target.words);
  const { run: result, criteria, notes } = outcome;
  const outcomes = [...tookEffectBefore(plan, remaining), ...result.outcomes];
  const back = rollback !== null && result.verdict === 'applied' ? await compareBack(preparation, rollback) : [];
  const { verdict } = result;
  const figures = began === null ? null : await completeFigures(placeOf(preparation), { ...began, verdict });
  const told: ToldRun = {
    plan,
    selected,
    verdict,
    figures,
    preflight: null,
    run: { id: runId, result: { ...result, outcomes }, criteria },
    dryRun: false,
    script: null,
    notes: [
      `It goes on with the run ${runId}, which was broken off; the gates were not asked again.`,
      ...notes,
      ...back,
    ],
    startedAt,
    durationMs: request.clock.now() - start,
  };
  // A way back is compared with what it was proved to lead to.
  return await reportValidated(preparation, told, rollback === null && request.validate !== false);
}

async function findBroken(session: Preparation['session'], words: string) {
  const runId = await findUnfinishedRun(session);
  if (runId === null) throw nothingToResume(words);
  const entries = await readEntries(session, runId);
  if (isCommandRun(entries)) throw commandBroken(runId);
  return { runId, entries };
}

interface Resumed {
  readonly runId: string;
  readonly judged: CheckReport;
}

/** As the run that was broken off has them, where it came to write a record; else as they are now. */
async function figuresBefore(preparation: Preparation, { runId, judged }: Resumed) {
  const place = placeOf(preparation);
  const touched = touchedTables(judged);
  const earlier = await findRunById(place.loaded.config.evidence.dir, runId);
  if (earlier?.figures != null) return { touched, before: earlier.figures.before };
  await using baseline = beginBaseline(place);
  return { touched, before: await takeFigures(place, touched, await baseline.finish()) };
}

/** What the broken run had done: it counts when somebody asks in which state the database is. */
function tookEffectBefore(plan: ApplyPlan, remaining: ApplyPlan): readonly StepOutcome[] {
  const left = new Set(remaining.steps.map(({ id }) => id));
  return plan.steps
    .filter(({ id }) => !left.has(id))
    .map(({ id }) => ({
      stepId: id,
      state: 'applied',
      attempts: [],
      walBytes: null,
      longestBlockedMs: 0,
      locks: null,
    }));
}

/** A way back that was broken off is judged as one that was not. */
async function compareBack(
  { session, loaded }: Preparation,
  rollback: NonNullable<BrokenRun['rollback']>,
): Promise<readonly string[]> {
  const { major } = await requireKnownMajor(session);
  const proof = await findProof(loaded.config.evidence.dir, { ...rollback, major });
  return [successInWords(rollback.migration.id, proof), ...(await compareWithProof(session, proof)).notes];
}

function commandBroken(runId: string): ChangeSafetyError {
  return new ChangeSafetyError({
    code: 'apply-refused',
    message: `The run ${runId} was the team’s own command: only that can go on with what it began.`,
    remedy: '`lockkeeper abort` notes its end; look into the table of its tool, and run it again.',
    effect: 'none',
  });
}

function nothingToResume(words: string): ChangeSafetyError {
  return new ChangeSafetyError({
    code: 'apply-refused',
    message: `No run on ${words} was broken off.`,
    remedy: '`lockkeeper history` lists the runs there were.',
    effect: 'none',
  });
}
