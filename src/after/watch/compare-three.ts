import type { ApplyReport } from '../../model/apply-report.js';
import type { CheckReport } from '../../model/check.js';
import type { Rehearsal } from '../../model/rehearsal.js';
import type { RunbookName, StepComparison, Surprise } from '../../model/surprise.js';
import { alignSteps, type AlignedStep, compareStep, locksOf, type LocksOfStep } from './compare-steps.js';
import { beyond, lockLines, type StrongestLocks } from './strongest-locks.js';

/** Below these a difference says nothing. */
const shortMs = 1_000;
const longBlockMs = 100;
const smallWalBytes = 1024 ** 2;
const muchMore = 3;

/**
 * What came otherwise than was predicted or rehearsed, for the review of a change: a line each, with the runbook that has
 * to know it. Empty: everything was as foretold. Pure.
 */
export function compareThree(
  predicted: CheckReport | null,
  rehearsal: Rehearsal | null,
  applyReport: Pick<ApplyReport, 'steps'>,
): readonly Surprise[] {
  const aligned = alignSteps({ predicted, rehearsal, actual: applyReport });
  return aligned.flatMap((step) => surprisesOf(step, { predicted, rehearsal }));
}

interface Foreknown {
  readonly predicted: CheckReport | null;
  readonly rehearsal: Rehearsal | null;
}

function surprisesOf(aligned: AlignedStep, { rehearsal }: Foreknown): readonly Surprise[] {
  const { step } = aligned;
  const compared = compareStep(aligned);
  if (step.outcome === null) return [];
  const notRehearsed = rehearsal !== null && aligned.rehearsed === null ? [notTried(compared)] : [];
  return [
    ...notRehearsed,
    ...outcomeSurprise(aligned, compared),
    ...lockSurprise(aligned, compared),
    ...rewriteSurprise(aligned, compared),
    ...durationSurprise(compared),
    ...walSurprise(compared),
    ...blockedSurprise(compared),
    ...queueSurprise(compared),
  ];
}

type Told = Pick<Surprise, 'about' | 'predicted' | 'rehearsed' | 'actual' | 'text'>;

const updates: Readonly<Record<Surprise['about'], readonly [RunbookName, string]>> = {
  locks: ['lock storm', 'Name the relation with the lock that this kind of statement takes on it.'],
  rewrite: ['lock storm', 'Say that this kind of statement writes the whole table anew, and how long that took.'],
  duration: [
    'validation after a change',
    'Write down the time it took here, and what production has that the rehearsal had not.',
  ],
  wal: ['cutover', 'Write down the WAL that came of it, and what the standbys and the archive did with it.'],
  blocked: ['lock storm', 'Write down who waited, for how long, and what let them go.'],
  queue: [
    'lock storm',
    'Write down who held the lock that was waited for, and how it can be asked to leave next time.',
  ],
  outcome: [
    'emergency rollback',
    'Write down what stopped the step, in which state it left the database, and what was done then.',
  ],
  'not rehearsed': [
    'validation after a change',
    'Rehearse what is applied: say how this step came past the rehearsal.',
  ],
};

function surprise({ stepId, path }: StepComparison, told: Told): Surprise {
  const [runbook, update] = updates[told.about];
  return { stepId, path, ...told, runbook, update };
}

function notTried(compared: StepComparison): Surprise {
  return surprise(compared, {
    about: 'not rehearsed',
    predicted: null,
    rehearsed: null,
    actual: 'applied',
    text: `${compared.stepId} was not in the rehearsal as it was applied.`,
  });
}

function outcomeSurprise({ step, rehearsed }: AlignedStep, compared: StepComparison): readonly Surprise[] {
  const failure = step.outcome?.attempts.findLast((attempt) => attempt.failure !== null)?.failure ?? null;
  const state = step.outcome?.state ?? null;
  if (state === null || state === 'applied' || failure === null) return [];
  const tried = rehearsed === null ? null : rehearsed.some(({ error }) => error !== null) ? 'failed' : 'passed';
  if (tried === 'failed') return [];
  const text = `${compared.stepId} is ${state}: ${failure.message}`;
  return [surprise(compared, { about: 'outcome', predicted: null, rehearsed: tried, actual: state, text })];
}

/** A lock in the run that nobody foresaw; and one in the rehearsal that the prediction had missed. */
function lockSurprise(aligned: AlignedStep, compared: StepComparison): readonly Surprise[] {
  const { predicted, rehearsed, actual } = locksOf(aligned);
  const foreknown = [predicted, rehearsed].filter((locks) => locks !== null);
  const taken = actual === null || foreknown.length === 0 ? noLocks : beyond(actual, foreknown);
  const tried = predicted === null || rehearsed === null ? noLocks : beyond(rehearsed, [predicted]);
  return [
    ...sayLocks(taken, `${compared.stepId} took %, which ${missedBy({ predicted, rehearsed })}.`),
    ...sayLocks(tried, `${compared.stepId} took % in the rehearsal, which was not predicted.`),
  ].map((text) =>
    surprise(compared, {
      about: 'locks',
      predicted: inOneLine(compared.locks.predicted),
      rehearsed: inOneLine(compared.locks.rehearsed),
      actual: inOneLine(compared.locks.actual),
      text,
    }),
  );
}

function missedBy({ predicted, rehearsed }: Omit<LocksOfStep, 'actual'>): string {
  if (predicted === null) return 'it did not take in the rehearsal';
  return rehearsed === null ? 'was not predicted' : 'was neither predicted nor rehearsed';
}

const noLocks: StrongestLocks = new Map();
/** Partitions come in hundreds. */
const mostNamed = 5;

function sayLocks(locks: StrongestLocks, text: string): readonly string[] {
  const lines = lockLines(locks) ?? [];
  if (lines.length === 0) return [];
  const more = lines.length > mostNamed ? [`${lines.length - mostNamed} more`] : [];
  return [text.replace('%', () => [...lines.slice(0, mostNamed), ...more].join(', '))];
}

function inOneLine(locks: readonly string[] | null): string | null {
  return locks === null ? null : locks.join(', ') || 'none';
}

function rewriteSurprise({ predicted, rehearsed }: AlignedStep, compared: StepComparison): readonly Surprise[] {
  if (predicted === null || rehearsed === null) return [];
  const foretold = new Set(predicted.flatMap(({ rewrites }) => rewrites));
  const unforeseen = [...new Set(rehearsed.flatMap(({ rewrites }) => rewrites))].filter((name) => !foretold.has(name));
  if (unforeseen.length === 0) return [];
  const names = unforeseen.join(', ');
  return [
    surprise(compared, {
      about: 'rewrite',
      predicted: 'none of them',
      rehearsed: names,
      actual: null,
      text: `${compared.stepId} wrote ${names} anew in the rehearsal, which was not predicted.`,
    }),
  ];
}

function durationSurprise(compared: StepComparison): readonly Surprise[] {
  const { rehearsed, actual } = compared.durationMs;
  if (rehearsed === null || actual === null) return [];
  if (actual < shortMs || actual < muchMore * Math.max(rehearsed, 1)) return [];
  const text = `${compared.stepId} took ${inMs(actual)}, in the rehearsal ${inMs(rehearsed)}.`;
  return [
    surprise(compared, { about: 'duration', predicted: null, rehearsed: inMs(rehearsed), actual: inMs(actual), text }),
  ];
}

function walSurprise(compared: StepComparison): readonly Surprise[] {
  const { rehearsed, actual } = compared.walBytes;
  if (rehearsed === null || actual === null) return [];
  if (actual - rehearsed < smallWalBytes || actual < muchMore * rehearsed) return [];
  const text = `The server wrote ${actual} bytes of WAL during ${compared.stepId}, in the rehearsal ${rehearsed}; others' is among it.`;
  return [
    surprise(compared, {
      about: 'wal',
      predicted: null,
      rehearsed: `${rehearsed} bytes`,
      actual: `${actual} bytes`,
      text,
    }),
  ];
}

function blockedSurprise(compared: StepComparison): readonly Surprise[] {
  const { rehearsed, actual } = compared.blockedMs;
  if (actual === null || actual < longBlockMs || actual < muchMore * (rehearsed ?? 0)) return [];
  const before =
    rehearsed === null ? 'nobody had looked' : `it was ${inMs(rehearsed)} for the traffic of the rehearsal`;
  const text = `Others waited ${inMs(actual)} for ${compared.stepId}; ${before}.`;
  return [
    surprise(compared, {
      about: 'blocked',
      predicted: null,
      rehearsed: rehearsed === null ? null : inMs(rehearsed),
      actual: inMs(actual),
      text,
    }),
  ];
}

function queueSurprise(compared: StepComparison): readonly Surprise[] {
  const { queuedMs, attempts } = compared;
  if (attempts === null || attempts <= 1) return [];
  const text = `${compared.stepId} took ${attempts} attempts, and stood in lock queues for ${inMs(queuedMs ?? 0)}.`;
  return [
    surprise(compared, { about: 'queue', predicted: null, rehearsed: null, actual: `${attempts} attempts`, text }),
  ];
}

function inMs(ms: number): string {
  return ms >= 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms)} ms`;
}
