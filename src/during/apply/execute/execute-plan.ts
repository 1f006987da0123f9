import { appendEntry } from '../../../foundation/ledger/entries.js';
import type { Session } from '../../../foundation/postgres/session.js';
import type { ApplyPlan, PlanStep } from '../../../model/apply-plan.js';
import type { RunVerdict, StepOutcome } from '../../../model/apply-run.js';
import type { JsonValue } from '../../../model/json.js';
import type { ApplyContext } from './apply-context.js';
import { shownSql } from './attempt-failure.js';
import { QueueBudget } from './queue-budget.js';
import { runStep } from './run-step.js';
import { openWorkSession, type WorkSession } from './work-session.js';

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
  const start = context.clock.now();
  const watch = await context.connect('lockkeeper watch');
  const replicas = await context.connectReplicas();
  let work: WorkSession | null = null;
  try {
    await noteRun(watch, context, { kind: 'run-started', body: planBody(context.plan) });
    const budget = new QueueBudget(context.plan.budget, context.random);
    const outcomes: StepOutcome[] = [];
    work = await openWorkSession(context);
    for (const [index, step] of context.plan.steps.entries()) {
      const run = await runOne(step, { index, context, budget, watch, replicas, work });
      work = run.work;
      outcomes.push(run.outcome);
      if (run.outcome.state !== 'applied') break;
    }
    const verdict = verdictOf(outcomes);
    const ended = { verdict, queuedMs: budget.queuedMs };
    await noteRun(watch, context, { kind: 'run-ended', body: ended }).catch(() => undefined);
    return { verdict, outcomes, queuedMs: budget.queuedMs, durationMs: context.clock.now() - start };
  } finally {
    for (const session of [work?.session, watch, ...replicas]) await session?.[Symbol.asyncDispose]();
  }
}

interface OneStep {
  readonly index: number;
  readonly context: ApplyContext;
  readonly budget: QueueBudget;
  readonly watch: Session;
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

async function noteRun(
  session: Session,
  { lease, runId }: ApplyContext,
  { kind, body }: { readonly kind: 'run-started' | 'run-ended'; readonly body: JsonValue },
): Promise<void> {
  await appendEntry(session, lease.token, { runId, kind, migrationId: null, stepId: null, body });
}

/** What `resume` needs to know of a plan whose files may have changed since. */
function planBody({ changeDigest, direction, steps }: ApplyPlan): JsonValue {
  return { changeDigest, direction, steps: steps.map(({ id, migrationId, kind }) => ({ id, migrationId, kind })) };
}

function verdictOf(outcomes: readonly StepOutcome[]): PlanRun['verdict'] {
  const last = outcomes.at(-1);
  if (last === undefined || last.state === 'applied') return 'applied';
  if (last.state === 'indeterminate') return 'indeterminate';
  return last.attempts.at(-1)?.failure?.kind === 'error' ? 'failed' : 'aborted';
}
