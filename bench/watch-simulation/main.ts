import { type SimulatedHour, simulateHour } from '../../test/after/watch/simulation/simulate-hour.js';
import { makeWorld, type PlantedRegression } from '../../test/after/watch/simulation/world.js';
import { decisionRoot, decisionTree } from '../../src/back/rollback/story/decision-tree.js';
import { usualWatch } from '../../src/model/target-settings.js';
import { randomFrom } from '../../test/after/watch/simulation/random.js';

const tree = { root: decisionRoot, nodes: decisionTree };
const hours = Number(process.argv[2] ?? 500);
const firstSeed = Number(process.argv[3] ?? 0);

const start = process.cpuUsage();
const wrong = Array.from({ length: hours }, (_, at) => ({
  seed: firstSeed + at,
  ...simulateHour({ seed: firstSeed + at, tree }),
})).filter(({ trouble }) => trouble !== null);
for (const { seed, trouble } of wrong) {
  console.log(
    `wrong in hour ${seed}, ${(trouble?.sinceChangeMs ?? 0) / 1000} s: ${trouble?.verdict}: ${trouble?.reason}`,
  );
}
console.log(`${wrong.length} of ${hours} hours without a regression were decided wrongly (aim: at most 1 of 500).`);

type Sizes = readonly [number, number];
const kinds: readonly { readonly kind: PlantedRegression['kind']; readonly sizes: Sizes }[] = [
  { kind: 'error rate', sizes: [0.1, 0.5] },
  { kind: 'latency', sizes: [0.75, 3] },
  { kind: 'health', sizes: [1, 1] },
  { kind: 'integrity', sizes: [1, 1] },
];

interface Found extends SimulatedHour {
  readonly planted: PlantedRegression;
  /** No slower than the system is at its usual peak, or by less than what troubles anybody: the configuration says so. */
  readonly isBorne: boolean;
}

/** Long enough to find what is no slower than a usual peak. */
const hourSeconds = 900;

function plant(kind: PlantedRegression['kind'], [least, most]: Sizes, at: number): Found {
  const random = randomFrom(firstSeed + at + 7_000);
  const planted = { kind, atSecond: Math.floor(random() * 300), size: least + random() * (most - least) };
  const seed = 10_000 + firstSeed + at;
  // As long as the hour below: what chance does in a world depends on it.
  const { baseMs, peakMs } = makeWorld(seed, hourSeconds, planted);
  const slowMs = baseMs * (1 + planted.size);
  const asAtPeak = peakMs !== null && slowMs < peakMs * 1.1;
  const isBorne = kind === 'latency' && (asAtPeak || slowMs - baseMs < usualWatch.latencyFloorMs * 1.1);
  return { planted, isBorne, ...simulateHour({ seed, tree, planted, hourSeconds }) };
}

/** Nothing is taken back while the database is away, nor when it has only just come back: then the tree lets a person look. */
function isAsTreeSays({ trouble }: Found): boolean {
  const away = /database (?:cannot be reached|was away)/.test(trouble?.reason ?? '');
  return trouble?.verdict === 'roll back now' || (trouble?.verdict === 'assess' && away);
}

/** Prints one line, and returns how many were found too late or decided otherwise than the tree says. */
function tell(what: string, found: readonly Found[], withinSeconds: number): number {
  const times = found.flatMap(({ detectedAfter }) => detectedAfter ?? []).toSorted((left, right) => left - right);
  const missed = found.filter(
    (one) => one.detectedAfter === null || one.detectedAfter > withinSeconds || !isAsTreeSays(one),
  );
  const median = times[Math.floor(times.length / 2)];
  console.log(
    `${what}: ${found.length - missed.length} of ${found.length} within ${withinSeconds} s, median ${median} s, latest ${times.at(-1)} s.`,
  );
  for (const { planted, detectedAfter, trouble } of missed.slice(0, 3)) {
    console.log(`  ${JSON.stringify(planted)} after ${detectedAfter} s: ${trouble?.verdict}: ${trouble?.reason}`);
  }
  return missed.length;
}

let tooLate = false;
for (const { kind, sizes } of kinds) {
  const found = Array.from({ length: Math.ceil(hours / 5) }, (_, at) => plant(kind, sizes, at));
  const plain = found.filter(({ isBorne }) => !isBorne);
  const late = tell(kind, plain, 120);
  // A baseline may have been taken in the middle of a peak: what is slower then is only that much slower.
  tooLate ||= late > plain.length * (kind === 'latency' ? 0.03 : 0);
  if (plain.length < found.length)
    tell(
      `${kind} within a usual peak, or of a few milliseconds`,
      found.filter(({ isBorne }) => isBorne),
      600,
    );
}
const { user, system } = process.cpuUsage(start);
console.log(`${((user + system) / 1e6).toFixed(1)} s of CPU time.`);
process.exitCode = wrong.length * 500 <= hours && !tooLate ? 0 : 1;
