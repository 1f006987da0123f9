import { randomUUID } from 'node:crypto';
import { requireKnownMajor } from '../foundation/postgres/require-major.js';
import { requireWritable } from '../foundation/records/write-record.js';
import type { ApplyPlan } from '../model/apply-plan.js';
import { ChangeSafetyError } from '../model/change-safety-error.js';
import type { CheckReport } from '../model/check.js';
import type { PreflightReport } from '../model/preflight.js';
import { askGates } from './apply/ask-gates.js';
import type { ChangeRequest } from './apply/change-request.js';
import { explainLease } from './apply/explain-lease.js';
import { openPreparation, refineForTarget } from './apply/plan-change.js';
import { type PlannedRollback, planRollback } from './apply/plan-rollback.js';
import { type Preparation, selectForTarget } from './apply/prepare.js';
import { printScript } from './apply/print-script.js';
import { refusePlan, refuseRunning, refuseUnfinished } from './apply/refusals.js';
import { type ApplyResult, reportRun, type ToldRun } from './apply/report-run.js';
import { runUnderLease } from './apply/run-under-lease.js';
import { compareWithProof, type RollbackSuccess, successInWords } from './rollback/compare-with-proof.js';
import { findProof, type FoundProof } from './rollback/prove-record.js';
import type { SelectedMigrations } from './select-migrations.js';

export interface RunRollbackRequest extends ChangeRequest {
  /** Of the migration that is to be taken back. */
  readonly id: string;
  /** A file with the way back; null: the project's own. */
  readonly script: string | null;
  /** Also a migration that is not the newest: those after it stay. */
  readonly forceOrder: boolean;
  readonly dryRun: boolean;
  readonly gates: boolean;
}

export type { RollbackSuccess } from './rollback/compare-with-proof.js';

export interface RunRollbackResult extends ApplyResult {
  /** Null where nothing was taken back. */
  readonly success: RollbackSuccess | null;
}

/**
 * Takes an applied migration back as `apply` applies one: gates, limits, watchdog, ledger, and afterwards the tool's own
 * account; then compares the structure with what the way back was proved to lead to.
 * @throws ChangeSafetyError for what keeps it from beginning.
 */
export async function runRollback(request: RunRollbackRequest): Promise<RunRollbackResult> {
  const startedAt = request.clock.date();
  const start = request.clock.now();
  const preparation = await openPreparation(request);
  await using session = preparation.session;
  const { major } = await requireKnownMajor(session);
  await refuseRunning(session, preparation.target);
  await refuseUnfinished(session, preparation.target);
  const planned = await planRollback(preparation, { id: request.id, script: request.script, judged: true });
  refuseOrder(planned.selected, request);
  const plan = await refineForTarget(planned.plan, preparation);
  refusePlan(plan);
  const proof = await findProof(preparation.loaded.config.evidence.dir, { ...planned, major });
  const told = await take(preparation, request, { ...planned, plan, proof });
  const success = told.verdict === 'applied' ? await compareWithProof(session, proof) : null;
  const notes = [successInWords(request.id, proof), ...told.notes, ...(success === null ? [] : success.notes)];
  const durationMs = request.clock.now() - start;
  const result = await reportRun(preparation, { ...told, notes, startedAt, durationMs });
  return { ...result, success: success?.kind ?? null };
}

/** @throws ChangeSafetyError for a migration that is not applied, or on which later ones may build. */
function refuseOrder({ project, applied }: SelectedMigrations, { id, forceOrder }: RunRollbackRequest): void {
  const has = new Set([...(applied?.applied ?? []), ...(applied?.again ?? []), ...(applied?.failed ?? [])]);
  if (!has.has(id)) {
    throw usage(`${id} is not applied: there is nothing to take back.`, '`lockkeeper status` says what is applied.');
  }
  const ordered = project.migrations.filter(({ repeatable }) => !repeatable).map((migration) => migration.id);
  const later = ordered.slice(ordered.indexOf(id) + 1).filter((one) => has.has(one));
  const unknown = applied?.unknown ?? [];
  if (forceOrder || (later.length === 0 && unknown.length === 0)) return;
  throw usage(
    `${id} is not the newest that is applied: ${[...later, ...unknown].join(', ')} may build on it.`,
    `Take ${[...later, ...unknown].at(-1) ?? 'those'} back first; or say --force-order when they do not need it.`,
  );
}

function usage(message: string, remedy: string): ChangeSafetyError {
  return new ChangeSafetyError({ code: 'usage', message, remedy, effect: 'none' });
}

type Told = Omit<ToldRun, 'startedAt' | 'durationMs'>;

interface Planned extends PlannedRollback {
  readonly plan: ApplyPlan;
  readonly proof: FoundProof | null;
}

async function take(preparation: Preparation, request: RunRollbackRequest, planned: Planned): Promise<Told> {
  const { plan, selected, judged } = planned;
  const nothing = { plan, selected, dryRun: request.dryRun, preflight: null, run: null, script: null, notes: [] };
  if (request.dryRun) {
    return { ...nothing, script: await printScript(preparation, { plan, selected }), verdict: 'nothing-to-do' };
  }
  await requireWritable(preparation.loaded.config.evidence.dir);
  const preflight = request.gates && judged !== null ? await ask(preparation, planned, judged) : null;
  if (preflight?.verdict === 'block') return { ...nothing, preflight, verdict: 'blocked' };
  const runId = randomUUID();
  const stillWanted = async (): Promise<boolean> => {
    const now = (await selectForTarget(preparation)).applied;
    if ([...(now?.applied ?? [])].join() === [...(selected.applied?.applied ?? [])].join()) return true;
    throw explainLease({ kind: 'changed' }, preparation.target);
  };
  const { script } = request;
  const leased = await runUnderLease(preparation, { runId, plan, selected, script, begun: new Set(), stillWanted });
  if (leased === null) return { ...nothing, preflight, verdict: 'nothing-to-do' };
  const { run: result, criteria, notes } = leased;
  const skipped = preflight === null ? ['The gates were not asked (--no-gates).'] : [];
  const run = { id: runId, result, criteria };
  return { ...nothing, preflight, run, notes: [...skipped, ...notes], verdict: result.verdict };
}

function ask(
  preparation: Preparation,
  { plan, selected, reversed, migration, script, proof }: Planned,
  judged: CheckReport,
): Promise<PreflightReport> {
  const { request } = preparation;
  const onGate = (title: string) => request.onProgress({ kind: 'phase', text: `Gate: ${title}` });
  const { transactionScope } = selected.project;
  const { placeholders } = preparation.loaded.config.project;
  const takenBack = { migration, proof, written: script.path === migration.down?.path, transactionScope, placeholders };
  const provedWayBack =
    proof === null ? null : { provedAt: proof.provedAt, major: proof.major, structure: proof.applied ?? null };
  // What will run are the statements of the way back.
  const asked = { ...selected, change: [reversed] };
  return askGates({ ...preparation, ...request, selected: asked, plan, judged, provedWayBack, takenBack, onGate });
}
