import type { WatchFacts } from '../../after/watch/decide/watch-facts.js';
import type { RecordedRun } from '../validate/find-run.js';
import { type WatchedPlace, watchedSettings } from '../validate/take-figures.js';

/** What the samples of a target are judged by: its configuration, and the figures from before the run. */
export function factsOf(place: WatchedPlace, run: RecordedRun | null): WatchFacts {
  const { metrics, watch, health } = watchedSettings(place);
  const before = run?.report.figures?.before ?? null;
  const known = Object.entries(metrics).map(([name, { typical, peak }]) => {
    return [name, { baseline: before?.metrics[name] ?? null, typical, peak }] as const;
  });
  return {
    settings: watch,
    metrics: Object.fromEntries(known),
    asksHealth: health !== null,
    runFailed:
      run === null || run.report.verdict === 'applied' ? null : `The run is ${run.report.verdict}: ${run.report.state}`,
    replicas: before?.replicas ?? null,
    deadlocksPerMs: deadlockRate(before),
  };
}

function deadlockRate(before: NonNullable<RecordedRun['report']['figures']>['before'] | null): number | null {
  const { deadlocks, since } = before?.database ?? { deadlocks: 0, since: null };
  if (before === null || since === null) return null;
  const countedMs = Date.parse(before.at) - Date.parse(since);
  return countedMs > 0 ? deadlocks / countedMs : null;
}

/** What nobody can compare, for the report. */
export function factNotes(run: RecordedRun | null, facts: WatchFacts): readonly string[] {
  if (run === null) {
    return [
      'No record tells of a run on this target: nothing is known from before, and latencies are compared with what is configured as typical.',
    ];
  }
  const lacking = Object.entries(facts.metrics)
    .filter(([, { baseline, typical }]) => baseline === null && typical === null)
    .map(([name]) => name);
  return [
    ...(Object.keys(facts.metrics).length === 0
      ? ['No metrics are configured: neither errors nor latencies are seen.']
      : []),
    ...(facts.asksHealth ? [] : ['No health is configured: nobody asks the application how it is.']),
    ...(lacking.length === 0 ? [] : [`Not known from before, and so not compared: ${lacking.join(', ')}.`]),
  ];
}
