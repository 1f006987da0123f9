import type { ApplyReport, ReportedStep } from '../../model/apply-report.js';
import type { CheckReport } from '../../model/check.js';
import type { Rehearsal } from '../../model/rehearsal.js';
import type { StepComparison } from '../../model/surprise.js';
import type { StatementTrace } from '../../model/trace.js';
import { lockLines, type StrongestLocks, strongestLocks } from './strongest-locks.js';

/** What was known of a change before, beside the run that made it. Each of the first two may be missing. */
export interface ThreeAccounts {
  readonly predicted: CheckReport | null;
  readonly rehearsal: Rehearsal | null;
  readonly actual: Pick<ApplyReport, 'steps'>;
}

/** One step with the statements that were foretold and tried for it; null where one account does not know the step. */
export interface AlignedStep {
  readonly step: ReportedStep;
  readonly predicted: CheckReport['migrations'][number]['statements'] | null;
  readonly rehearsed: readonly StatementTrace[] | null;
}

/** Finds each step's statements in the other accounts, by path, text and order. Pure. */
export function alignSteps({ predicted, rehearsal, actual }: ThreeAccounts): readonly AlignedStep[] {
  const foretold = new Taker((predicted?.migrations ?? []).flatMap(({ statements }) => statements));
  const tried = new Taker((rehearsal?.migrations ?? []).flatMap(({ statements }) => statements));
  return actual.steps.map((step) => ({ step, predicted: foretold.take(step), rehearsed: tried.take(step) }));
}

/** Gives each statement once: the same text may stand in a file twice. */
class Taker<Statement extends { readonly path: string; readonly sql: string }> {
  readonly #left: Statement[];

  constructor(statements: readonly Statement[]) {
    this.#left = [...statements];
  }

  take({ path, sql }: ReportedStep): readonly Statement[] | null {
    const found: Statement[] = [];
    for (const text of sql) {
      const at = this.#left.findIndex((one) => one.path === path && one.sql.trim() === text.trim());
      const [statement] = at < 0 ? [] : this.#left.splice(at, 1);
      if (statement === undefined) return null;
      found.push(statement);
    }
    return found;
  }
}

/** Each step as it was predicted, rehearsed, and as it was. Pure. */
export function compareSteps(accounts: ThreeAccounts): readonly StepComparison[] {
  return alignSteps(accounts).map(compareStep);
}

export function compareStep({ step, predicted, rehearsed }: AlignedStep): StepComparison {
  const { outcome } = step;
  const last = outcome?.attempts.at(-1) ?? null;
  const locks = locksOf({ step, predicted, rehearsed });
  return {
    stepId: step.id,
    path: step.path,
    locks: {
      predicted: lockLines(locks.predicted),
      rehearsed: lockLines(locks.rehearsed),
      actual: lockLines(locks.actual),
    },
    durationMs: { rehearsed: sumOf(rehearsed, ({ durationMs }) => durationMs), actual: last?.durationMs ?? null },
    walBytes: { rehearsed: sumOf(rehearsed, ({ walBytes }) => walBytes), actual: outcome?.walBytes ?? null },
    blockedMs: { rehearsed: longestStall(rehearsed), actual: outcome?.longestBlockedMs ?? null },
    queuedMs: outcome === null ? null : outcome.attempts.reduce((sum, { queuedMs }) => sum + (queuedMs ?? 0), 0),
    attempts: outcome?.attempts.length ?? null,
  };
}

export interface LocksOfStep {
  readonly predicted: StrongestLocks | null;
  readonly rehearsed: StrongestLocks | null;
  readonly actual: StrongestLocks | null;
}

/** The strongest lock on each relation by the three accounts; null where one does not know. */
export function locksOf({ step, predicted, rehearsed }: AlignedStep): LocksOfStep {
  // A record of an earlier version has none.
  const held = step.outcome?.locks ?? null;
  return {
    predicted: predicted === null ? null : strongestLocks(predicted.flatMap(({ locks }) => locks)),
    rehearsed: rehearsed === null ? null : strongestLocks(rehearsed.flatMap(({ locks }) => locks)),
    actual: held === null ? null : strongestLocks(held),
  };
}

function sumOf(
  statements: readonly StatementTrace[] | null,
  of: (statement: StatementTrace) => number | null,
): number | null {
  if (statements === null) return null;
  const known = statements.map(of);
  return known.some((value) => value === null) ? null : known.reduce<number>((sum, value) => sum + (value ?? 0), 0);
}

function longestStall(statements: readonly StatementTrace[] | null): number | null {
  const stalls = (statements ?? []).flatMap(({ traffic }) => traffic.map(({ longestStallMs }) => longestStallMs));
  return stalls.length === 0 ? null : Math.max(...stalls);
}
