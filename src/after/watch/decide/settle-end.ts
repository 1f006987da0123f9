import type { WatchDecision, WatchSample } from '../../../model/watch-report.js';
import type { WatchFacts } from './watch-facts.js';

/** What was configured and answered for less than half of the samples: of that nobody knows anything. */
export function findUnknown(samples: readonly WatchSample[], facts: WatchFacts): readonly string[] {
  const rarely = (known: (sample: WatchSample) => boolean): boolean =>
    samples.filter(known).length * 2 < samples.length;
  return [
    ...(rarely(({ reachable }) => reachable) ? ['database'] : []),
    ...(facts.asksHealth && rarely(({ healthy }) => healthy !== null) ? ['health'] : []),
    ...Object.keys(facts.metrics).filter((name) => rarely(({ metrics }) => (metrics[name] ?? null) !== null)),
  ];
}

/** The last word of a watch: what nobody could see is not well, and not ill either. A person looks at it. */
export function settleEnd(last: WatchDecision, unknown: readonly string[]): WatchDecision {
  if (last.verdict !== 'continue' || unknown.length === 0) return last;
  return {
    ...last,
    verdict: 'assess',
    severity: 'P3',
    reason: `Nothing says that the change does harm, but ${unknown.join(', ')} could not be seen for most of the time.`,
    automatic: { allowed: false, why: 'What is not known is no reason to act.' },
  };
}
