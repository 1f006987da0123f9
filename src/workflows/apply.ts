import { randomUUID } from 'node:crypto';
import type { ApplyPlan } from '../model/apply-plan.js';
import type { BaselineTaking } from '../after/watch/observe/take-baseline.js';
import { requireWritable } from '../foundation/records/write-record.js';
import type { PreflightReport } from '../model/preflight.js';
import { askGates } from './apply/ask-gates.js';
import type { WantedChange } from './apply/change-request.js';
import { explainLease } from './apply/explain-lease.js';
import { openPreparation, planChange, selectWanted } from './apply/plan-change.js';
import type { Preparation } from './apply/prepare.js';
import { refuseRunning, refuseUnfinished } from './apply/refusals.js';
import type { ApplyResult, ToldRun } from './apply/report-run.js';
import { runUnderLease } from './apply/run-under-lease.js';
import { printScript } from './apply/print-script.js';
import { recordJudgement } from './evidence/record-judgement.js';
import { beginBaseline, completeFigures, takeFigures, touchedTables } from './validate/take-figures.js';
import { placeOf, reportValidated } from './validate/validate-applied.js';
import type { SelectedMigrations } from './select-migrations.js';

export type { ApplyResult } from './apply/report-run.js';

export interface ApplyRequest extends WantedChange {
  /** Plan, and do nothing. */
  readonly dryRun: boolean;
  /** Gates are asked first; without them the change is applied as if they had passed, which the report says. */
  readonly gates: boolean;
  /** Look afterwards whether all is well. Default: yes. */
  readonly validate?: boolean;
}

const gatesSkipped = 'The gates were not asked (--no-gates).';

/**
 * Applies what a target lacks: gates first, then step after step under limits and a watchdog, each written into the
 * ledger before and after. What goes wrong with the change is a result; what keeps it from beginning throws.
 */
export async function apply(request: ApplyRequest): Promise<ApplyResult> {
  const startedAt = request.clock.date();
  const start = request.clock.now();
  const preparation = await openPreparation(request);
  await using session = preparation.session;
  await refuseRunning(session, preparation.target);
  await refuseUnfinished(session, preparation.target);
  const told = await applyTo(preparation, request);
  const whole = { ...told, startedAt, durationMs: request.clock.now() - start };
  return await reportValidated(preparation, whole, request.validate);
}

type Told = Omit<ToldRun, 'startedAt' | 'durationMs'>;

async function applyTo(preparation: Preparation, request: ApplyRequest): Promise<Told> {
  const { dryRun } = request;
  const { selected, planned } = await planChange(preparation, request);
  const nothing = { selected, dryRun, preflight: null, run: null, script: null, notes: [] } as const;
  if (planned === null) {
    const script = dryRun ? await printScript(preparation, { plan: emptyPlan, selected }) : null;
    return { ...nothing, plan: emptyPlan, script, verdict: 'nothing-to-do' };
  }
  const { plan } = planned;
  if (dryRun) {
    const script = await printScript(preparation, { plan, selected });
    return { ...nothing, plan, script, verdict: 'nothing-to-do' };
  }
  await requireWritable(preparation.loaded.config.evidence.dir);
  // While the gates are asked there is time to see how the target is without the change.
  await using baseline = beginBaseline(placeOf(preparation));
  const preflight = request.gates
    ? await askGates({ ...preparation, ...request, selected, ...planned, onGate: sayGate(request) })
    : null;
  const { changeDigest } = plan;
  await recordJudgement(preparation, { selected, judged: planned.judged, changeDigest, preflight });
  if (preflight?.verdict === 'block') return { ...nothing, plan, preflight, verdict: 'blocked' };
  const touched = touchedTables(planned.judged);
  return await run(preparation, request, { plan, selected, preflight, touched, baseline });
}

function sayGate({ onProgress }: ApplyRequest): (title: string) => void {
  return (title) => onProgress({ kind: 'phase', text: `Gate: ${title}` });
}

interface Planned {
  readonly plan: ApplyPlan;
  readonly selected: SelectedMigrations;
  readonly preflight: PreflightReport | null;
  readonly touched: readonly string[];
  readonly baseline: BaselineTaking;
}

async function run(preparation: Preparation, request: ApplyRequest, planned: Planned): Promise<Told> {
  const { plan, selected, preflight, touched, baseline } = planned;
  const runId = randomUUID();
  const stillWanted = async (): Promise<boolean> => {
    const again = (await selectWanted(preparation, request)).change;
    if (again.length > 0 && again.map(({ id }) => id).join() !== selected.change.map(({ id }) => id).join()) {
      throw explainLease({ kind: 'changed' }, preparation.target);
    }
    return again.length > 0;
  };
  const place = placeOf(preparation);
  const before = await takeFigures(place, touched, await baseline.finish());
  const leased = await runUnderLease(preparation, { runId, plan, selected, begun: new Set(), stillWanted });
  const skipped = preflight === null ? [gatesSkipped] : [];
  const told = { selected, preflight, dryRun: false, script: null };
  if (leased === null) return { ...told, plan: emptyPlan, run: null, notes: skipped, verdict: 'nothing-to-do' };
  const { run: result, criteria, notes } = leased;
  const verdict = result.verdict;
  const figures = await completeFigures(place, { touched, before, verdict });
  return { ...told, plan, figures, run: { id: runId, result, criteria }, notes: [...skipped, ...notes], verdict };
}

const emptyPlan: ApplyPlan = {
  changeDigest: '',
  direction: 'up',
  steps: [],
  refusals: [],
  budget: { queueMs: 0, patienceMs: 0, attempts: 0 },
};
