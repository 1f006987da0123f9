import { normal, randomFrom } from './random.js';

/** What a change does to the system that it is made on; all zero in an A/A hour. */
export interface PlantedRegression {
  readonly kind: 'error rate' | 'latency' | 'health' | 'integrity';
  /** Seconds after the change. */
  readonly atSecond: number;
  /** Part of the requests that fail more, or by how much slower: 1 is twice as slow. */
  readonly size: number;
}

/** The system in one second, as its own requests felt it. */
export interface Second {
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly errorRate: number;
  readonly healthy: boolean;
  readonly faults: number;
  readonly deadlocks: number;
  readonly waiting: number;
  readonly replicaLagMs: number;
  readonly reachable: boolean;
}

interface Burst {
  readonly from: number;
  readonly seconds: number;
  readonly size: number;
}

/** One hour of some system: how fast it is, how busy, and what happens to it by itself. */
export interface World {
  readonly baseMs: number;
  /** Requests of a second. */
  readonly rate: number;
  /** The figures are averages over so many seconds, as Prometheus gives them. */
  readonly smear: number;
  /** Usual peak of p95 that the configuration knows; null: there is none that lasts. */
  readonly peakMs: number | null;
  readonly seconds: readonly Second[];
  /** Seconds before the change, the same way. */
  readonly before: readonly Second[];
}

const beforeSeconds = 120;

/** An hour after a change, with the two minutes before it. The same seed gives the same hour. */
export function makeWorld(seed: number, hourSeconds: number, planted: PlantedRegression | null): World {
  const random = randomFrom(seed);
  const between = (low: number, high: number): number => low + (high - low) * random();
  const baseMs = Math.exp(between(Math.log(8), Math.log(400)));
  const rate = Math.exp(between(Math.log(3), Math.log(2_000)));
  const noise = between(0.03, 0.1);
  const baseErrors = between(0, 0.006);
  const drift = between(-0.1, 0.12);
  const deploy: Burst = { from: between(0, 20), seconds: between(0, 25), size: between(0, 0.4) };
  const cold = { excess: random() < 0.7 ? between(0.3, 3) : 0, fadeSeconds: between(10, 35) };
  const short = peaks(between, { every: 60 * Math.round(between(5, 20)), longest: 30, hourSeconds });
  const hasLong = random() < 0.5;
  const peakRatio = between(1.6, 3);
  const long: readonly Burst[] = hasLong
    ? peaks(between, { every: 60 * Math.round(between(15, 60)), longest: 300, hourSeconds }).map((burst) => ({
        ...burst,
        size: (peakRatio - 1) * between(0.5, 0.9),
      }))
    : [];
  const restart: Burst | null =
    random() < 0.05 ? { from: between(60, hourSeconds), seconds: between(3, 20), size: 1 } : null;
  const at = (second: number): Second => {
    const peak = sizeAt(short, second) + sizeAt(long, second);
    const coldNow = second < 0 ? 0 : cold.excess * Math.exp(-second / cold.fadeSeconds);
    const slow = planted?.kind === 'latency' && second >= planted.atSecond ? planted.size : 0;
    const factor = (1 + drift * Math.max(0, second / 3600)) * (1 + peak + coldNow) * (1 + slow);
    const chance = Math.max(0.5, 1 + noise * normal(random));
    const down = restart !== null && second >= restart.from && second < restart.from + restart.seconds;
    const deploying = second >= deploy.from && second < deploy.from + deploy.seconds;
    const more = planted?.kind === 'error rate' && second >= planted.atSecond ? planted.size : 0;
    const share = Math.min(
      1,
      baseErrors + 0.01 * Math.min(peak, 1) + more + (deploying ? deploy.size : 0) + (down ? 1 : 0),
    );
    return {
      p95Ms: baseMs * factor * chance,
      p99Ms: baseMs * 2.2 * factor * Math.max(0.4, 1 + 3 * noise * normal(random)),
      errorRate: failed(share, rate, random) / Math.max(1, Math.round(rate)),
      healthy:
        !(deploying && deploy.size > 0.2) && !down && !(planted?.kind === 'health' && second >= planted.atSecond),
      faults: planted?.kind === 'integrity' && second >= planted.atSecond ? 1 : 0,
      deadlocks: random() < 0.004 * (1 + 5 * peak) ? 1 : 0,
      waiting: Math.round(Math.max(0, 1 + 3 * peak + normal(random) * 2)),
      replicaLagMs: Math.max(0, 200 + 4_000 * peak + 500 * normal(random)),
      reachable: !down,
    };
  };
  return {
    baseMs,
    rate,
    // Of a few requests a second nobody shows figures of each second.
    smear: rate > 100 && random() < 0.5 ? 1 : Math.round(between(15, 60)),
    peakMs: hasLong ? baseMs * peakRatio * 1.15 : null,
    before: Array.from({ length: beforeSeconds }, (_, second) => at(second - beforeSeconds)),
    seconds: Array.from({ length: hourSeconds }, (_, second) => at(second)),
  };
}

interface PeakPlan {
  readonly every: number;
  readonly longest: number;
  readonly hourSeconds: number;
}

/** Jobs that come by the clock: each takes a while and makes everything else slower. */
function peaks(
  between: (low: number, high: number) => number,
  { every, longest, hourSeconds }: PeakPlan,
): readonly Burst[] {
  const first = between(-beforeSeconds, every);
  const count = Math.ceil((hourSeconds - first) / every);
  return Array.from({ length: count }, (_, number) => ({
    from: first + number * every,
    seconds: between(5, longest),
    size: between(0.2, 1.5),
  }));
}

function sizeAt(bursts: readonly Burst[], second: number): number {
  return bursts.reduce(
    (sum, { from, seconds, size }) => sum + (second >= from && second < from + seconds ? size : 0),
    0,
  );
}

/** Failures among the requests of a second. */
function failed(share: number, rate: number, random: () => number): number {
  const requests = Math.max(1, Math.round(rate));
  if (requests > 50) {
    const spread = Math.sqrt(requests * share * (1 - share));
    return Math.min(requests, Math.max(0, Math.round(requests * share + spread * normal(random))));
  }
  let count = 0;
  for (let request = 0; request < requests; request += 1) count += random() < share ? 1 : 0;
  return count;
}
