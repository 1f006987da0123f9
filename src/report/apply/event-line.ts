import type { RunEvent } from '../../model/apply-run.js';
import { formatCounted, formatDuration } from '../units.js';
import { showControls, sqlOnOneLine } from '../visible-text.js';
import { failureInWords } from './apply-summary.js';

/** An event as one line of a log. Null for what a log need not say: samples, and what a line before has said. */
export function eventLine(event: RunEvent): string | null {
  const words = inWords(event);
  return words === null ? null : showControls(`${event.at} ${words}`).replace(/[\n\t]/g, ' ');
}

function inWords(event: RunEvent): string | null {
  switch (event.kind) {
    case 'phase':
      return event.text;
    case 'planned':
      return `run ${event.runId}: ${formatCounted(event.steps.length, 'step')}`;
    case 'step-started':
      return `${event.stepId} begins (${event.number} of ${event.count}): ${sqlOnOneLine(event.sql, 200)}`;
    case 'attempt-started':
      return event.attempt === 1 ? null : `${event.stepId} attempt ${event.attempt}, ${budgetInWords(event)}`;
    case 'statement':
      return event.count === 1
        ? null
        : `${event.stepId} ${event.number} of ${event.count}, ${event.place}: ${sqlOnOneLine(event.sql, 200)}`;
    case 'locks':
      return locksInWords(event);
    case 'waiting-outside':
      return `${event.stepId} waits outside the queue: ${event.reason}`;
    case 'attempt-failed':
      return `${event.stepId} attempt ${event.attempt} failed, ${failureInWords(event.failure)}${againInWords(event)}`;
    case 'step-ended':
      return `${event.stepId} ${event.state} after ${formatDuration(event.durationMs)}`;
    case 'progress':
      return event.fraction === null ? null : `${event.stepId} ${event.phase} ${Math.floor(event.fraction * 100)} %`;
    case 'sample':
    case 'ended':
      return null;
    case 'aborting':
      return `ending: ${event.reason.reason}`;
    case 'notice':
      return `${event.severity}: ${event.message}`;
    default:
      return event satisfies never;
  }
}

function budgetInWords({
  lockTimeoutMs,
  queueLeftMs,
}: Extract<RunEvent, { readonly kind: 'attempt-started' }>): string {
  const timeout = lockTimeoutMs === 0 ? 'no lock timeout' : `lock timeout ${formatDuration(lockTimeoutMs)}`;
  return `${timeout}, ${formatDuration(queueLeftMs)} of the queue budget left`;
}

function locksInWords(event: Extract<RunEvent, { readonly kind: 'locks' }>): string | null {
  const { stepId, queuedMs, waiters, longestWaitMs } = event;
  if (queuedMs === null && waiters === 0) return null;
  const queued = queuedMs === null ? [] : [`in the lock queue for ${formatDuration(queuedMs)}`];
  const waiting =
    waiters === 0
      ? []
      : [`${formatCounted(waiters, 'session')} waiting for it, the longest ${formatDuration(longestWaitMs)}`];
  return `${stepId} ${[...queued, ...waiting].join(', ')}`;
}

function againInWords({ againInMs }: Extract<RunEvent, { readonly kind: 'attempt-failed' }>): string {
  return againInMs === null ? '' : `; again in ${formatDuration(againInMs)}`;
}
