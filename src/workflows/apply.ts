import { randomUUID } from 'node:crypto';
import { loadParser } from '../foundation/sql/parse.js';
import type { ApplyPlan } from '../model/apply-plan.js';
import type { PreflightReport } from '../model/preflight.js';
import type { ChangeRequest } from './apply/change-request.js';
import { explainLease } from './apply/explain-lease.js';
import { openTarget, refusePooler } from './apply/open-target.js';
import { judgeForTarget, planForTarget, type Preparation, selectForTarget } from './apply/prepare.js';
import { refuseDisagreement, refusePlan, refuseUnfinished } from './apply/refusals.js';
import { type ApplyResult, reportRun, type ToldRun } from './apply/report-run.js';
import { runUnderLease } from './apply/run-under-lease.js';
import { preflightChange } from './preflight.js';
import { loadConfigOf } from './project-request.js';
import type { SelectedMigrations } from './select-migrations.js';

export type { ApplyResult } from './apply/report-run.js';

export interface ApplyRequest extends ChangeRequest {
  /** The last migration to apply; null: all that the target lacks. */
  readonly until: string | null;
  /** Just these, in the order of the files; empty: no such choice. */
  readonly only: readonly string[];
  /** Plan, and do nothing. */
  readonly dryRun: boolean;
  /** Gates are asked first; without them the change is applied as if they had passed, which the report says. */
  readonly gates: boolean;
}

const gatesSkipped = 'The gates were not asked (--no-gates).';

/**
 * Applies what a target lacks: gates first, then step after step under limits and a watchdog, each written into the
 * ledger before and after. What goes wrong with the change is a result; what keeps it from beginning throws.
 */
export async function apply(request: ApplyRequest): Promise<ApplyResult> {
  const startedAt = request.clock.date();
  const start = request.clock.now();
  const loaded = await loadConfigOf(request);
  const target = openTarget(loaded, request.database, request.env);
  await loadParser();
  await using session = await target.connect('lockkeeper apply');
  await refusePooler(session, target);
  const preparation: Preparation = { request, loaded, target, session };
  await refuseUnfinished(session, target);
  const told = await applyTo(preparation, request);
  return await reportRun(preparation, { ...told, startedAt, durationMs: request.clock.now() - start });
}

type Told = Omit<ToldRun, 'startedAt' | 'durationMs'>;

async function applyTo(preparation: Preparation, request: ApplyRequest): Promise<Told> {
  const { dryRun } = request;
  const selected = choose(await selectForTarget(preparation), request);
  await refuseDisagreement(preparation.session, selected, preparation.target);
  const nothing = { selected, dryRun, preflight: null, run: null, notes: [] } as const;
  if (selected.change.length === 0) return { ...nothing, plan: emptyPlan, verdict: 'nothing-to-do' };
  const judged = await judgeForTarget(preparation, selected.change);
  const plan = planForTarget(preparation, selected, judged);
  refusePlan(plan);
  if (dryRun) return { ...nothing, plan, verdict: 'nothing-to-do' };
  const preflight = request.gates
    ? await preflightChange({ ...preparation, ...request, selected, plan, judged, onGate: sayGate(request) })
    : null;
  if (preflight?.verdict === 'block') return { ...nothing, plan, preflight, verdict: 'blocked' };
  return run(preparation, request, { plan, selected, preflight });
}

function sayGate({ onProgress }: ApplyRequest): (title: string) => void {
  return (title) => onProgress({ kind: 'phase', text: `Gate: ${title}` });
}

interface Planned {
  readonly plan: ApplyPlan;
  readonly selected: SelectedMigrations;
  readonly preflight: PreflightReport | null;
}

async function run(preparation: Preparation, request: ApplyRequest, planned: Planned): Promise<Told> {
  const { plan, selected, preflight } = planned;
  const runId = randomUUID();
  const stillWanted = async (): Promise<boolean> => {
    const again = choose(await selectForTarget(preparation), request).change;
    if (again.length > 0 && again.map(({ id }) => id).join() !== selected.change.map(({ id }) => id).join()) {
      throw explainLease({ kind: 'changed' }, preparation.target);
    }
    return again.length > 0;
  };
  const result = await runUnderLease(preparation, { runId, plan, selected, begun: new Set(), stillWanted });
  const notes = preflight === null ? [gatesSkipped] : [];
  const told = { selected, preflight, dryRun: false, notes };
  if (result === null) return { ...told, plan: emptyPlan, run: null, verdict: 'nothing-to-do' };
  return { ...told, plan, run: { id: runId, result }, verdict: result.verdict };
}

const emptyPlan: ApplyPlan = {
  changeDigest: '',
  direction: 'up',
  steps: [],
  refusals: [],
  budget: { queueMs: 0, patienceMs: 0, attempts: 0 },
};

/** What of the unapplied migrations is wanted now. */
function choose(selected: SelectedMigrations, { until, only }: ApplyRequest): SelectedMigrations {
  const wanted = only.length === 0 ? selected.change : selected.change.filter(({ id }) => only.includes(id));
  const last = until === null ? -1 : wanted.findIndex(({ id }) => id === until);
  return { ...selected, change: last < 0 ? wanted : wanted.slice(0, last + 1) };
}
