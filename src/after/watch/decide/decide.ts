import type { Breach, WatchDecision, WatchSample, WatchSignal, WatchVerdict } from '../../../model/watch-report.js';
import { answerQuestions } from './answer-questions.js';
import { readAbsence } from './absence.js';
import { findBreaches } from './find-breaches.js';
import { severityTerms, worstOf } from './severity-terms.js';
import { type DecisionTree, type TreeWalk, walkTree } from './walk-tree.js';
import type { WatchFacts } from './watch-facts.js';

export interface DecideOptions {
  readonly samples: readonly WatchSample[];
  readonly facts: WatchFacts;
  readonly tree: DecisionTree;
  /** The decision of the sample before; null at the first. */
  readonly previous: WatchDecision | null;
}

/** What the samples so far say. Pure: the same samples give the same decision. @throws Error without a sample. */
export function decide({ samples, facts, tree, previous }: DecideOptions): WatchDecision {
  const now = samples.at(-1);
  if (now === undefined) throw new Error('nothing was looked at yet');
  const breaches = findBreaches(samples, facts).map((breach) => keepStart(breach, previous));
  const walk = walkTree(tree, answerQuestions(samples, breaches, facts));
  const severity = facts.runFailed === null ? worstOf(breaches.map((breach) => breach.severity)) : 'P0';
  const deadline = severity === null ? null : assessedUntil(breaches, severity);
  const asked = verdictOf(walk, { severity, deadline, nowMs: Date.parse(now.at) });
  const absence = asked === 'roll back now' ? readAbsence(samples, facts) : null;
  const verdict = absence === null ? asked : 'assess';
  return {
    at: now.at,
    sinceChangeMs: now.sinceChangeMs,
    verdict,
    severity,
    reason: [reasonOf(walk, verdict, breaches), ...(absence === null ? [] : [absence])].join(' '),
    breaches,
    path: walk.path,
    decideBy: verdict === 'assess' && absence === null && deadline !== null ? new Date(deadline).toISOString() : null,
    respondBy: respondBy(breaches, { severity, verdict }),
    automatic: absence === null ? mayActOn(verdict, breaches, facts) : { allowed: false, why: absence },
  };
}

/** A breach that goes on began when it was first seen. */
function keepStart(breach: Breach, previous: WatchDecision | null): Breach {
  const before = previous?.breaches.find(({ signal }) => signal === breach.signal);
  if (before === undefined || before.sinceChangeMs >= breach.sinceChangeMs) return breach;
  return { ...breach, since: before.since, sinceChangeMs: before.sinceChangeMs };
}

/** Milliseconds of the epoch; null where the severity knows no such line. */
function assessedUntil(breaches: readonly Breach[], worst: NonNullable<WatchDecision['severity']>): number | null {
  const { assessMs } = severityTerms[worst];
  const starts = breaches.flatMap(({ severity, since }) => (severity === worst ? [Date.parse(since)] : []));
  return assessMs === null || starts.length === 0 ? null : Math.min(...starts) + assessMs;
}

interface Weighed {
  readonly severity: WatchDecision['severity'];
  readonly deadline: number | null;
  readonly nowMs: number;
}

/**
 * What the tree asks early leads back at once. What comes up later goes by its severity: the gravest at once, others
 * once their time to be assessed is over.
 */
function verdictOf({ outcome, last }: TreeWalk, { severity, deadline, nowMs }: Weighed): WatchVerdict {
  if (outcome !== 'roll back') return 'continue';
  if (last !== 'watch' || severity === 'P0') return 'roll back now';
  if (severity === 'P3') return 'continue';
  return deadline !== null && nowMs >= deadline ? 'roll back now' : 'assess';
}

function reasonOf({ path }: TreeWalk, verdict: WatchVerdict, breaches: readonly Breach[]): string {
  const last = path.at(-1);
  if (verdict === 'continue' || last === undefined) return 'Nothing says that the change does harm.';
  const others = breaches.filter(({ reason }) => reason !== last.because).map(({ reason }) => reason);
  return [last.because, ...others].join(' ');
}

function respondBy(
  breaches: readonly Breach[],
  { severity, verdict }: Pick<WatchDecision, 'severity' | 'verdict'>,
): string | null {
  const [first] = breaches.filter((breach) => breach.severity === severity).map(({ since }) => Date.parse(since));
  const wait = severity === null || verdict === 'continue' ? null : severityTerms[severity].responseMs;
  return first === undefined || wait === null ? null : new Date(first + wait).toISOString();
}

/** A latency may have a hundred reasons, and a database that does not answer cannot be taken back. */
const actedOn: readonly WatchSignal[] = ['health', 'integrity', 'error-rate'];

function mayActOn(
  verdict: WatchVerdict,
  breaches: readonly Breach[],
  { runFailed }: WatchFacts,
): WatchDecision['automatic'] {
  if (verdict !== 'roll back now') return { allowed: false, why: 'Nothing is to be taken back now.' };
  if (runFailed !== null)
    return { allowed: false, why: 'The run itself failed: `lockkeeper resume` or a person decides.' };
  const found = breaches.find(({ signal }) => actedOn.includes(signal));
  if (found !== undefined) return { allowed: true, why: found.reason };
  return { allowed: false, why: 'No automatic rollback rests on a latency, or on a queue, alone.' };
}
