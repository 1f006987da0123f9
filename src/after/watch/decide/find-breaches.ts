import type { Breach, WatchSample } from '../../../model/watch-report.js';
import { medianOf } from './median.js';
import type { Signal } from './signal.js';
import { signals } from './signals.js';
import type { WatchFacts } from './watch-facts.js';

/** One sample of a signal. */
interface Reading {
  readonly sample: WatchSample;
  readonly value: number | null;
}

const fewestReadings = 4;
/** So much of a window has to be known. */
const knownPart = 0.5;
/** The newest looks over those before them, in excess of what is usual: below it, things are settling. */
const settlingPart = 0.85;
/** What would still be too much after so many more such falls is not waited for. */
const fallsAhead = 2;

/** Every signal that is beyond its limit now, and was for long enough, each once, the weightiest. Pure. */
export function findBreaches(samples: readonly WatchSample[], facts: WatchFacts): readonly Breach[] {
  const together = sinceLastGap(samples);
  const found = signals.flatMap((signal) => findBreach(together, signal, facts) ?? []);
  return found.filter(
    ({ signal, severity }, at) =>
      !found.some(
        (other, index) =>
          index !== at &&
          other.signal === signal &&
          (other.severity < severity || (other.severity === severity && index < at)),
      ),
  );
}

/** What was before this machine slept says nothing of how long something has lasted. */
function sinceLastGap(samples: readonly WatchSample[]): readonly WatchSample[] {
  const gap = samples.findLastIndex(({ afterGap }) => afterGap);
  return gap < 0 ? samples : samples.slice(gap);
}

function findBreach(samples: readonly WatchSample[], signal: Signal, facts: WatchFacts): Breach | null {
  const limit = signal.limit(facts);
  if (limit === null) return null;
  const window = windowOf(samples, signal, facts);
  if (window === null) return null;
  const known = window.filter(({ value }) => value !== null);
  const beyond = known.filter(({ value }) => (value ?? 0) > limit);
  const last = known.at(-1);
  if (last === undefined || (last.value ?? 0) <= limit) return null;
  if (known.length < window.length * knownPart || beyond.length < known.length * signal.beyondPart) return null;
  if (isSettling(known, signal, { facts, limit })) return null;
  const value = medianOf(beyond.flatMap((reading) => reading.value ?? [])) ?? 0;
  const { at, sinceChangeMs } = startOf(samples, signal, { limit, first: beyond[0] ?? last });
  const severity = signal.severity(value, facts);
  return {
    signal: signal.id,
    severity,
    value,
    limit,
    since: at,
    sinceChangeMs,
    reason: signal.words(value, limit, facts),
  };
}

/** The readings of the time that a breach has to last; null while it is too short, or of too few. */
function windowOf(
  samples: readonly WatchSample[],
  signal: Signal,
  { settings }: WatchFacts,
): readonly Reading[] | null {
  const readingOf = (sample: WatchSample): Reading => ({
    sample,
    value: signal.read(sample, samples),
  });
  const last = samples.at(-1);
  if (last === undefined) return null;
  if (signal.lasting === 0) return samples.length < 2 ? null : samples.slice(-2).map(readingOf);
  const from = last.sinceChangeMs - signal.lasting * settings.sustainMs;
  const first = samples.findLastIndex(({ sinceChangeMs }) => sinceChangeMs <= from);
  // Looks that take long, for nobody answers, are few: then it is looked back further.
  const start = Math.min(first, samples.length - fewestReadings);
  if (first < 0 || start < 0) return null;
  const isTooEarly = (samples[start]?.sinceChangeMs ?? 0) < signal.skipsFirst * settings.sustainMs;
  if (isTooEarly) return null;
  return samples.slice(start).map(readingOf);
}

interface Judged {
  readonly facts: WatchFacts;
  readonly limit: number;
}

/** Whether it falls towards what is usual, and will soon be there: a burst that a monitor smears, caches that were cold. */
function isSettling(readings: readonly Reading[], { settlesWithin, usual }: Signal, { facts, limit }: Judged): boolean {
  const last = readings.at(-1);
  if (settlesWithin === null || last === undefined) return false;
  const span = settlesWithin * facts.settings.sustainMs;
  const base = usual(facts);
  const excessOf = (from: number, to: number): number => {
    const part = readings.filter(({ sample: { sinceChangeMs } }) => sinceChangeMs > from && sinceChangeMs <= to);
    return (medianOf(part.flatMap(({ value }) => value ?? [])) ?? 0) - base;
  };
  const end = last.sample.sinceChangeMs;
  const now = excessOf(end - span, end);
  const earlier = excessOf(end - 2 * span, end - span);
  return now <= settlingPart * earlier && now * (now / earlier) ** fallsAhead <= limit - base;
}

/** The first sample of the stretch that the breach is the end of. */
function startOf(
  samples: readonly WatchSample[],
  signal: Signal,
  { limit, first }: { readonly limit: number; readonly first: Reading },
): WatchSample {
  let start = samples.indexOf(first.sample);
  while (start > 0) {
    const before = samples[start - 1];
    if (before === undefined || (signal.read(before, samples) ?? Number.NEGATIVE_INFINITY) <= limit) break;
    start -= 1;
  }
  return samples[start] ?? first.sample;
}
