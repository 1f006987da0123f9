import { appendEntry } from '../../../foundation/ledger/entries.js';
import { isConnectionLoss } from '../../../foundation/postgres/server-error.js';
import type { Session } from '../../../foundation/postgres/session.js';
import { ChangeSafetyError } from '../../../model/change-safety-error.js';
import type { PlanStep } from '../../../model/apply-plan.js';
import type { RunVerdict, StepOutcome } from '../../../model/apply-run.js';
import type { JsonValue } from '../../../model/json.js';
import type { ApplyContext } from './apply-context.js';
import { shownSql } from './attempt-failure.js';
import { QueueBudget } from './queue-budget.js';
import { runStep } from './run-step.js';
import { WatchSession } from './watch-session.js';
import { leaveMigration, openWorkSession, type WorkSession } from './work-session.js';

export interface PlanRun {
  readonly verdict: Extract<RunVerdict, 'applied' | 'aborted' | 'failed' | 'indeterminate'>;
  readonly outcomes: readonly StepOutcome[];
  /** Spent in lock queues by all steps together. */
  readonly queuedMs: number;
  readonly durationMs: number;
}

/**
 * Runs the steps of a plan in their order and stops at the first that does not take effect. Every step leaves an intent
 * before and an outcome after in the ledger. Whatever happens, no transaction is left open.
 */
export async function executePlan(context: ApplyContext): Promise<PlanRun> {
  return runPlan(context).catch((cause: unknown) => {
    throw isConnectionLoss(cause) ? lostOutsideOfSteps(cause) : cause;
  });
}

/** Steps have their own answer to it; here the run was about to begin. */
function lostOutsideOfSteps(cause: unknown): ChangeSafetyError {
  return new ChangeSafetyError({
    code: 'connection-failed',
    message: `The connection to the database was lost before the first step: ${cause instanceof Error ? cause.message : String(cause)}`,
    remedy: 'Apply again; if it says that a run was broken off, `lockkeeper resume`.',
    effect: 'none',
    cause,
  });
}

async function runPlan(context: ApplyContext): Promise<PlanRun> {
  const start = context.clock.now();
  const watch = await WatchSession.open(context);
  const replicas = await context.connectReplicas();
  let work: WorkSession | null = null;
  try {
    await noteRun(watch, context, { kind: 'run-started', body: planBody(context) });
    context.onEvent({ kind: 'planned', runId: context.runId, steps: context.plan.steps.map(shownStep) });
    const budget = new QueueBudget(context.plan.budget, context.random);
    const outcomes: StepOutcome[] = [];
    work = await beginWork(context);
    for (const [index, step] of context.plan.steps.entries()) {
      const before = context.plan.steps[index - 1];
      if (before !== undefined && before.migrationId !== step.migrationId) await leaveMigration(work);
      const run = await runOne(step, { index, context, budget, watch, replicas, work });
      work = run.work;
      outcomes.push(run.outcome);
      if (run.outcome.state !== 'applied') break;
    }
    const verdict = await endRun(watch, context, { verdict: verdictOf(outcomes), queuedMs: budget.queuedMs });
    return { verdict, outcomes, queuedMs: budget.queuedMs, durationMs: context.clock.now() - start };
  } finally {
    for (const session of [work?.session, watch, ...replicas]) await session?.[Symbol.asyncDispose]();
  }
}

function shownStep(step: PlanStep): { readonly stepId: string; readonly path: string; readonly sql: string } {
  return { stepId: step.id, path: step.path, sql: shownSql(step) };
}

interface OneStep {
  readonly index: number;
  readonly context: ApplyContext;
  readonly budget: QueueBudget;
  readonly watch: WatchSession;
  readonly replicas: readonly Session[];
  readonly work: WorkSession;
}

async function runOne(step: PlanStep, { index, context, ...options }: OneStep) {
  const start = context.clock.now();
  const count = context.plan.steps.length;
  context.onEvent({ kind: 'step-started', stepId: step.id, number: index + 1, count, sql: shownSql(step) });
  const run = await runStep(step, { context, ...options });
  const { state } = run.outcome;
  context.onEvent({ kind: 'step-ended', stepId: step.id, state, durationMs: context.clock.now() - start });
  return run;
}

async function beginWork(context: ApplyContext): Promise<WorkSession> {
  const work = await openWorkSession(context, null);
  if (work === null) throw new Error('nobody was there before');
  return work;
}

/** A run whose end cannot be written down is taken up by `resume`, whatever was seen of it. */
async function endRun(
  watch: WatchSession,
  context: ApplyContext,
  ended: { readonly verdict: PlanRun['verdict']; readonly queuedMs: number },
): Promise<PlanRun['verdict']> {
  return noteRun(watch, context, { kind: 'run-ended', body: ended }).then(
    () => ended.verdict,
    () => 'indeterminate',
  );
}

async function noteRun(
  watch: WatchSession,
  { lease, runId }: ApplyContext,
  { kind, body }: { readonly kind: 'run-started' | 'run-ended'; readonly body: JsonValue },
): Promise<void> {
  const entry = { runId, kind, migrationId: null, stepId: null, body };
  await watch.ask((session) => appendEntry(session, lease.token, entry));
}

/** What `resume` needs to know of a plan whose files may have changed since. */
function planBody({ about, plan: { changeDigest, direction, steps } }: ApplyContext): JsonValue {
  const { kind, runner, script } = about;
  const planned = steps.map((step) => ({ id: step.id, migrationId: step.migrationId, kind: step.kind }));
  return { kind, runner: { ...runner }, script, changeDigest, direction, steps: planned };
}

function verdictOf(outcomes: readonly StepOutcome[]): PlanRun['verdict'] {
  const last = outcomes.at(-1);
  if (last === undefined || last.state === 'applied') return 'applied';
  if (last.state === 'indeterminate') return 'indeterminate';
  return last.attempts.at(-1)?.failure?.kind === 'error' ? 'failed' : 'aborted';
}
