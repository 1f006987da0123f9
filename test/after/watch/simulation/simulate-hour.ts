import { decide } from '../../../../src/after/watch/decide/decide.js';
import { baselineOf } from '../../../../src/after/watch/decide/median.js';
import type { DecisionTree } from '../../../../src/after/watch/decide/walk-tree.js';
import type { WatchFacts } from '../../../../src/after/watch/decide/watch-facts.js';
import { usualWatch } from '../../../../src/model/target-settings.js';
import type { WatchDecision, WatchSample } from '../../../../src/model/watch-report.js';
import { makeWorld, type PlantedRegression, type Second, type World } from './world.js';

const changedAt = Date.parse('2026-01-31T12:00:00.000Z');
const { everyMs } = usualWatch;

export interface SimulatedHour {
  /** The first decision that is not to go on; null when there was none. */
  readonly trouble: WatchDecision | null;
  /** How long after the regression was there, in seconds; null without either. */
  readonly detectedAfter: number | null;
}

export interface SimulationOptions {
  readonly seed: number;
  readonly tree: DecisionTree;
  readonly planted?: PlantedRegression | null;
  readonly hourSeconds?: number;
}

/** An hour of watching in as much time as the decisions take. Pure. */
export function simulateHour({ seed, tree, planted = null, hourSeconds = 3_600 }: SimulationOptions): SimulatedHour {
  const world = makeWorld(seed, hourSeconds, planted);
  const facts = factsOf(world);
  const samples: WatchSample[] = [];
  let previous: WatchDecision | null = null;
  for (let second = everyMs / 1000; second < hourSeconds; second += everyMs / 1000) {
    samples.push(sampleAt(world, second));
    previous = decide({ samples, facts, tree, previous });
    if (previous.verdict === 'continue') continue;
    return { trouble: previous, detectedAfter: planted === null ? null : second - planted.atSecond };
  }
  return { trouble: null, detectedAfter: null };
}

/** As it is taken before a run: five looks, a second apart. */
function factsOf(world: World): WatchFacts {
  const looks = [5, 4, 3, 2, 1].map((back) => averaged([...world.before], world.before.length - back, world.smear));
  return {
    settings: usualWatch,
    metrics: {
      errorRate: { baseline: baselineOf(looks.map(({ errorRate }) => errorRate)), typical: null, peak: null },
      p95Ms: { baseline: baselineOf(looks.map(({ p95Ms }) => p95Ms)), typical: null, peak: world.peakMs },
      p99Ms: {
        baseline: baselineOf(looks.map(({ p99Ms }) => p99Ms)),
        typical: null,
        peak: world.peakMs === null ? null : world.peakMs * 2.2,
      },
    },
    asksHealth: true,
    runFailed: null,
    replicas: 1,
    deadlocksPerMs: null,
  };
}

function sampleAt({ before, seconds, smear }: World, second: number): WatchSample {
  const all = [...before, ...seconds];
  const now = seconds[second];
  if (now === undefined) throw new Error(`no second ${second}`);
  const { p95Ms, p99Ms, errorRate } = averaged(all, before.length + second, smear);
  return {
    at: new Date(changedAt + second * 1000).toISOString(),
    sinceChangeMs: second * 1000,
    afterGap: false,
    reachable: now.reachable,
    healthy: now.healthy,
    metrics: { errorRate, p95Ms, p99Ms },
    waitingSessions: now.reachable ? now.waiting : null,
    connections: now.reachable ? 0.4 : null,
    deadlocks: now.reachable ? seconds.slice(0, second).reduce((sum, one) => sum + one.deadlocks, 0) : null,
    replicas: now.reachable ? 1 : null,
    replicaLagMs: now.reachable ? now.replicaLagMs : null,
    // Looked at once a minute.
    newFaults: now.reachable ? (seconds[Math.floor(second / 60) * 60]?.faults ?? null) : null,
  };
}

/** What a monitor shows that averages over a window. */
function averaged(all: readonly Second[], end: number, smear: number): Pick<Second, 'p95Ms' | 'p99Ms' | 'errorRate'> {
  const window = all.slice(Math.max(0, end - smear + 1), end + 1);
  const mean = (of: (second: Second) => number): number =>
    window.reduce((sum, one) => sum + of(one), 0) / window.length;
  return {
    p95Ms: mean(({ p95Ms }) => p95Ms),
    p99Ms: mean(({ p99Ms }) => p99Ms),
    errorRate: mean((one) => one.errorRate),
  };
}
