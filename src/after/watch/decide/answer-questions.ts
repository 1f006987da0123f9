import type { Breach, WatchSample } from '../../../model/watch-report.js';
import type { Finding, Findings } from './walk-tree.js';
import { usualOf, type WatchFacts } from './watch-facts.js';

const notAsked = (what: string): Finding => ({ kind: 'not asked', because: `${what}; somebody has to look.` });

/** What the figures say to each question of the tree. Pure. */
export function answerQuestions(
  samples: readonly WatchSample[],
  breaches: readonly Breach[],
  facts: WatchFacts,
): Findings {
  const { settings, runFailed } = facts;
  const of = (...signals: readonly Breach['signal'][]) => breaches.find(({ signal }) => signals.includes(signal));
  const health = of('health');
  const errors = of('error-rate');
  const latency = breaches.find(({ signal, severity }) => signal === 'latency-p95' && severity <= 'P1');
  const isEarly = (breach: Breach | undefined): breach is Breach =>
    breach !== undefined && breach.sinceChangeMs < settings.firstMs;
  const early = [health, of('integrity'), isEarly(errors) ? errors : undefined, isEarly(latency) ? latency : undefined];
  const later = breaches.find((breach) => !early.includes(breach));
  return {
    'migration-errors':
      runFailed === null ? { kind: 'well', because: 'The run says that it applied everything.' } : trouble(runFailed),
    'application-starts': answerStart(samples, health, facts),
    'health-checks': answerHealth(samples, health, facts),
    'data-intact': answerIntegrity(samples, of('integrity')),
    'error-rate': answerMetric('errorRate', isEarly(errors) ? errors : undefined, { samples, facts }),
    latency: answerLatency(isEarly(latency) ? latency : undefined, { samples, facts }),
    watch: later === undefined ? { kind: 'well', because: 'Nothing has come up so far.' } : trouble(later.reason),
  };
}

function trouble(because: string): Finding {
  return { kind: 'trouble', because };
}

function answerStart(samples: readonly WatchSample[], breach: Breach | undefined, { asksHealth }: WatchFacts): Finding {
  if (!asksHealth) return notAsked('No health is configured');
  if (samples.some(({ healthy }) => healthy === true)) return { kind: 'well', because: 'It has said that it is well.' };
  if (breach !== undefined) return trouble('It has not once said that it is well.');
  return { kind: 'unknown', because: 'It has not said that it is well yet.' };
}

function answerHealth(
  samples: readonly WatchSample[],
  breach: Breach | undefined,
  { asksHealth }: WatchFacts,
): Finding {
  if (!asksHealth) return notAsked('No health is configured');
  if (breach !== undefined) return trouble(breach.reason);
  const known = samples.findLast(({ healthy }) => healthy !== null);
  if (known === undefined) return { kind: 'unknown', because: 'Its health could not be asked for.' };
  return {
    kind: 'well',
    because: known.healthy === true ? 'It says that it is well.' : 'It was unwell, but not for long.',
  };
}

function answerIntegrity(samples: readonly WatchSample[], breach: Breach | undefined): Finding {
  if (breach !== undefined) return trouble(breach.reason);
  const known = samples.findLast(({ newFaults }) => newFaults !== null);
  if (known === undefined) return notAsked('No integrity check was made');
  return { kind: 'well', because: 'Nothing is at fault that was not before.' };
}

interface Around {
  readonly samples: readonly WatchSample[];
  readonly facts: WatchFacts;
}

function answerMetric(name: string, breach: Breach | undefined, { samples, facts }: Around): Finding {
  if (!(name in facts.metrics)) return notAsked(`No metric ${name} is configured`);
  if (breach !== undefined) return trouble(breach.reason);
  const known = samples.findLast(({ metrics }) => (metrics[name] ?? null) !== null)?.metrics[name];
  if (known === undefined || known === null) return { kind: 'unknown', because: `${name} could not be asked for.` };
  return { kind: 'well', because: `${name} is ${Number(known.toPrecision(3))}.` };
}

function answerLatency(breach: Breach | undefined, around: Around): Finding {
  const answer = answerMetric('p95Ms', breach, around);
  if (answer.kind !== 'well' || usualOf(around.facts, 'p95Ms') !== null) return answer;
  return { kind: 'unknown', because: 'What p95 was before the change is not known.' };
}
