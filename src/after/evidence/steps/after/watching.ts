import type { StepFinding } from '../../../../model/controls.js';
import type { WatchReport, WatchSignal } from '../../../../model/watch-report.js';
import type { ChangeFacts } from '../../change-facts.js';
import { counted, durationInWords } from '../../in-words.js';
import { defineStep, endedIn, missing } from '../step.js';
import { lengthOf, watchOf } from './latest.js';

const halfHourMs = 30 * 60_000;
/** As long as the guides ask for; looks are seconds apart, so the last one may come a little before. */
const hourMs = 59 * 60_000;

export const watched = defineStep({
  id: 'watched',
  title: 'It was watched for an hour, and nothing went wrong',
  phase: 'after',
  remedy: '`lockkeeper watch`',
  judge: (facts) => {
    const record = watchOf(facts);
    if (record === null) return missing;
    const { decision, samples, ended } = record.body;
    const figures = `${decision.verdict} after ${durationInWords(lengthOf(record.body))} and ${counted(samples.length, 'look')}${ended === 'interrupted' ? ', interrupted' : ''}: ${decision.reason}`;
    const seen = endedIn(record, { holds: decision.verdict === 'continue', figures });
    const short = ended === 'interrupted' || lengthOf(record.body) < hourMs;
    return short && seen.state === 'done' ? { ...seen, state: 'missing' } : seen;
  },
});

export const quietHalfHour = defineStep({
  id: 'quiet-half-hour',
  title: 'No errors in the first 30 minutes',
  phase: 'after',
  remedy: '`lockkeeper watch`',
  judge: (facts) => {
    const record = watchOf(facts);
    if (record === null) return missing;
    const { samples, decisions } = record.body;
    const early = samples.filter(({ sinceChangeMs }) => sinceChangeMs <= halfHourMs);
    const breaches = decisions.filter((one) => one.sinceChangeMs <= halfHourMs && one.verdict !== 'continue');
    const length = lengthOf(record.body);
    const figures = `${counted(early.length, 'look')} in the first ${durationInWords(Math.min(length, halfHourMs))}, ${counted(breaches.length, 'alarm')}`;
    const seen = endedIn(record, { holds: breaches.length === 0, figures });
    return length < halfHourMs && seen.state === 'done' ? { ...seen, state: 'missing' } : seen;
  },
});

/** Whether one of these signals was ever beyond its limit; missing where nothing measured it. */
function bySignals(
  facts: ChangeFacts,
  signals: readonly WatchSignal[],
  measured: (report: WatchReport) => readonly (number | null)[],
): StepFinding {
  const record = watchOf(facts);
  if (record === null) return missing;
  const values = measured(record.body).filter((value): value is number => value !== null);
  if (values.length === 0) return missing;
  const breaches = record.body.decisions.flatMap((one) =>
    one.breaches.filter(({ signal }) => signals.includes(signal)),
  );
  const sorted = values.toSorted((one, other) => one - other);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const figures = `median ${round(median)}, at most ${round(sorted.at(-1) ?? 0)} over ${counted(values.length, 'look')}`;
  return endedIn(record, {
    holds: breaches.length === 0,
    figures: [figures, ...breaches.map(({ reason }) => reason)].join('; '),
  });
}

function round(value: number): string {
  return String(Math.round(value * 1_000) / 1_000);
}

const metric = (name: string) => (report: WatchReport) => report.samples.map(({ metrics }) => metrics[name] ?? null);

export const errorRateNormal = defineStep({
  id: 'error-rate-normal',
  title: 'The error rate stays normal',
  phase: 'after',
  remedy: '`targets.X.metrics.errorRate` in the configuration, then `lockkeeper watch`',
  judge: (facts) => bySignals(facts, ['error-rate'], metric('errorRate')),
});

export const responseTimesNormal = defineStep({
  id: 'response-times-normal',
  title: 'Response times stay normal',
  phase: 'after',
  remedy: '`targets.X.metrics.p95Ms` in the configuration, then `lockkeeper watch`',
  judge: (facts) => bySignals(facts, ['latency-p95', 'latency-p99'], metric('p95Ms')),
});

export const connectionsStable = defineStep({
  id: 'connections-stable',
  title: 'Connections stay within their limit',
  phase: 'after',
  remedy: '`lockkeeper watch`',
  judge: (facts) => bySignals(facts, ['connections'], ({ samples }) => samples.map(({ connections }) => connections)),
});

export const noDeadlocks = defineStep({
  id: 'no-deadlocks',
  title: 'No deadlocks, no waits for locks',
  phase: 'after',
  remedy: '`lockkeeper watch`',
  judge: (facts) =>
    bySignals(facts, ['deadlocks', 'lock-waits'], ({ samples }) => {
      const first = samples.find(({ deadlocks }) => deadlocks !== null)?.deadlocks ?? null;
      return first === null ? [] : samples.map(({ deadlocks }) => (deadlocks === null ? null : deadlocks - first));
    }),
});
