import type { ApplyReport, ReportedStep } from '../../model/apply-report.js';
import type { AttemptFailure, RunVerdict, StepAttempt } from '../../model/apply-run.js';
import { formatBytes, formatCounted, formatDuration } from '../units.js';
import { locksInWords } from './locks-in-words.js';

/** How a run ended, in the colours of a traffic light. */
export type RunLight = 'good' | 'warn' | 'bad';

export function lightOf(verdict: RunVerdict): RunLight {
  switch (verdict) {
    case 'applied':
    case 'nothing-to-do':
      return 'good';
    case 'aborted':
    case 'blocked':
      return 'warn';
    case 'failed':
    case 'indeterminate':
      return 'bad';
    default:
      return verdict satisfies never;
  }
}

export function headFacts(report: ApplyReport): readonly string[] {
  const { tool, target, tier, server, runId, runner, durationMs, direction, queuedMs } = report;
  const verb = direction === 'up' ? 'apply to' : 'take back from';
  return [
    `${tool.name} ${tool.version} · ${verb} ${target ?? 'a database'}`,
    `tier ${tier}`,
    `PostgreSQL ${server.version}`,
    ...(runId === null ? [] : [`run ${runId}`]),
    `${runner.osUser} on ${runner.host} as ${runner.databaseUser}`,
    formatDuration(durationMs),
    ...(queuedMs === 0 ? [] : [`${formatDuration(queuedMs)} in lock queues`]),
  ];
}

/** `✓ 12 ms`, `✓ before` (a run that was broken off had done it), `✗ not applied`, `? not known`, `not begun`. */
export function outcomeInWords({ outcome }: ReportedStep): string {
  if (outcome === null) return 'not begun';
  switch (outcome.state) {
    case 'applied':
      return outcome.attempts.length === 0 ? '✓ before' : `✓ ${formatDuration(durationOf(outcome.attempts))}`;
    case 'not-applied':
      return '✗ not applied';
    case 'indeterminate':
      return '? not known';
    default:
      return outcome.state satisfies never;
  }
}

function durationOf(attempts: readonly StepAttempt[]): number {
  return attempts.at(-1)?.durationMs ?? 0;
}

/** What a step cost: attempts, waits, others' waits, the locks it took, WAL. */
export function costsInWords({ kind, profile, outcome }: ReportedStep): readonly string[] {
  const way = kind === 'transaction' ? 'one transaction' : 'outside a transaction block';
  if (outcome === null) return [way, profile];
  const { attempts, walBytes, longestBlockedMs } = outcome;
  const locks = locksInWords(outcome.locks);
  const sum = (each: (attempt: StepAttempt) => number) => attempts.reduce((total, one) => total + each(one), 0);
  const outsideMs = sum(({ waitedOutsideMs }) => waitedOutsideMs);
  const queuedMs = sum((attempt) => attempt.queuedMs ?? 0);
  return [
    way,
    profile,
    ...(attempts.length < 2 ? [] : [formatCounted(attempts.length, 'attempt')]),
    // A look at who is in the way takes a moment itself.
    ...(outsideMs < noticeableMs ? [] : [`waited ${formatDuration(outsideMs)} outside the queue`]),
    ...(queuedMs === 0 ? [] : [`${formatDuration(queuedMs)} in lock queues`]),
    ...(longestBlockedMs === 0 ? [] : [`made others wait ${formatDuration(longestBlockedMs)} at most`]),
    ...(locks === null ? [] : [`took ${locks}`]),
    ...(walBytes === null ? [] : [`WAL ${formatBytes(walBytes)}`]),
  ];
}

const noticeableMs = 250;

/** `attempt 2 of 3 · lock-timeout · 55P03 · path:7: canceling statement due to lock timeout`. */
export function failureInWords(failure: AttemptFailure): string {
  const { kind, sqlState, place, message } = failure;
  const facts = [kind, ...(sqlState === null ? [] : [sqlState]), ...(place === null ? [] : [place])];
  return `${facts.join(' · ')}: ${message}`;
}

/** `aborted: 1 of 3 steps` as a headline. */
export function verdictInWords({ verdict, steps, migrations, completed }: ApplyReport): string {
  const applied = steps.filter(({ outcome }) => outcome?.state === 'applied').length;
  if (verdict === 'nothing-to-do') return 'nothing to do';
  // Of the team's own command only its statements are known.
  if (migrations.length === 0 && steps.length > 0) {
    const all = formatCounted(steps.length, 'statement');
    return verdict === 'applied' ? `applied: ${all}` : `${verdict}: ${applied} of ${all} took effect`;
  }
  if (verdict === 'applied') return `applied: ${formatCounted(migrations.length, 'migration')}`;
  return `${verdict}: ${completed.length} of ${formatCounted(migrations.length, 'migration')}, ${applied} of ${formatCounted(steps.length, 'step')} took effect`;
}
