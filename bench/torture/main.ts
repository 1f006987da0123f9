import { parseArgs } from 'node:util';
import { systemClock } from '../../src/foundation/runtime/clock.js';
import type { EmbeddedMajor } from '../../src/foundation/postgres/server/embedded-versions.js';
import { startCrashableServer } from '../../test/during/apply/torture/server-of-ours.js';
import { stepKinds } from '../../test/during/apply/torture/step-kinds.js';
import { makePairSeed } from '../../test/during/apply/torture/server-pair.js';
import { makeTemplate, type PreparedKind, prepareKind } from '../../test/during/apply/torture/torture-bench.js';
import { type Disturbance, type Fault, faults } from '../../test/during/apply/torture/disturb.js';
import { tryDisturbed } from '../../test/during/apply/torture/trial.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    major: { type: 'string', default: '17' },
    every: { type: 'string', default: '1' },
    from: { type: 'string', default: '1' },
    faults: { type: 'string', default: '' },
    kinds: { type: 'string', default: '' },
    parallel: { type: 'string', default: '2' },
    minutes: { type: 'string', default: '0' },
  },
});
const [runner = ''] = positionals;
const wanted = (all: readonly string[], some: string): readonly string[] =>
  some === '' ? all : all.filter((name) => some.split(',').some((part) => name.includes(part)));

interface Trial {
  readonly prepared: PreparedKind;
  /** What is counted. */
  readonly name: string;
  readonly disturbance: Disturbance;
}

/** The runner is killed at one message of its work, and then whoever resumes at another. */
const resumer = 'kill -9 of the resumer';
const losing: Fault = 'standby promoted';
/** All that a run writes is written before its last messages, of which one run has a few more than another. */
const beforeEnd = 5;
/** Of a run that a standby only knows the beginning of: how many of its last commits are lost, in turn. */
const losses = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, Number.POSITIVE_INFINITY];
/** Messages before the worker begins; they differ little between kinds. */
const beforeWork = 300;

interface Count {
  tried: number;
  wrong: number;
  /** Of promotions: the standby had something by halves. */
  half: number;
}

const endsAt =
  Number(values.minutes) > 0 ? performance.now() + Number(values.minutes) * 60_000 : Number.POSITIVE_INFINITY;
await using server = await startCrashableServer(Number(values.major) as EmbeddedMajor);
const template = await makeTemplate(server);
const kinds = stepKinds.filter(({ name }) => wanted([name], values.kinds).length > 0);
const prepared: PreparedKind[] = [];
await using seed = await makePairSeed(Number(values.major) as EmbeddedMajor, makeTemplate);
for (const kind of kinds) prepared.push(await prepareKind(kind, { server, template, seed, runner }));
for (const { kind, messages } of prepared) console.log(`${kind.name}: ${messages} messages`);

const trials: Trial[] = [];
const every = Number(values.every);
for (const one of prepared) {
  for (const name of wanted([...faults, resumer], values.faults)) {
    for (let at = Number(values.from); at <= one.messages; at += every) {
      const lost = losses[trials.length % losses.length] ?? 0;
      trials.push({ prepared: one, name, disturbance: { ...disturbanceOf(name, at, one.messages), lost } });
    }
    if (name !== losing) continue;
    // With all written, each loss leaves another beginning of it.
    for (const lost of losses) {
      trials.push({ prepared: one, name, disturbance: { fault: name, at: one.messages - beforeEnd, lost } });
    }
  }
}

function disturbanceOf(name: string, at: number, messages: number): Disturbance {
  if (name !== resumer) return { fault: name as Fault, at };
  const ofWorker = Math.max(1, messages - beforeWork);
  return { fault: 'kill -9 of the runner', at: beforeWork + ((at * 7) % ofWorker), resumeAt: at };
}
// A time limit cuts off anything, not the last kinds.
for (let index = trials.length - 1; index > 0; index--) {
  const other = Math.floor(Math.random() * (index + 1));
  [trials[index], trials[other]] = [trials[other] as Trial, trials[index] as Trial];
}
console.log(`${trials.length} trials`);

const counts = new Map<string, Count>();
let done = 0;

/** Longer than the server keeps what a silent network left, several times over. */
const longestTrialMs = 240_000;

async function inTime<Result>(trial: Promise<Result>): Promise<Result> {
  const limit = new AbortController();
  const late = systemClock.sleep(longestTrialMs, limit.signal).then(() => {
    throw new Error('it hangs');
  });
  return Promise.race([trial, late]).finally(() => limit.abort());
}

async function work(): Promise<void> {
  for (let trial = trials.pop(); trial !== undefined && performance.now() < endsAt; trial = trials.pop()) {
    const { prepared: one, name, disturbance } = trial;
    const key = `${one.kind.name}|${name}`;
    const { at, resumeAt = at } = disturbance;
    const verdict = await inTime(tryDisturbed(one.bench, disturbance)).catch((error: unknown) => ({
      reached: true,
      problems: [`the trial itself failed: ${String(error)}`],
      message: '?',
      met: [] as readonly string[],
      first: '?',
      later: [] as readonly string[],
    }));
    if (!verdict.reached) continue;
    const count = counts.get(key) ?? { tried: 0, wrong: 0, half: 0 };
    counts.set(key, count);
    count.tried += 1;
    count.half += verdict.met.length === 0 ? 0 : 1;
    done += 1;
    if (done % 50 === 0) console.log(`${done} done`);
    if (verdict.problems.length === 0) continue;
    count.wrong += 1;
    const { message, first, later, problems } = verdict;
    console.log(
      `WRONG ${key} at ${at}/${resumeAt} (${message}): ${first} → ${later.join(', ')}: ${problems.join('; ')}`,
    );
  }
}

const crashes = wanted(faults, values.faults).includes('server crashed');
await Promise.all(Array.from({ length: crashes ? 1 : Number(values.parallel) }, work));
console.log(
  `\n${'kind'.padEnd(22)}${'fault'.padEnd(24)}${'tried'.padStart(7)}${'wrong'.padStart(7)}${'half'.padStart(7)}`,
);
for (const [key, { tried, wrong, half }] of [...counts].toSorted(([one], [other]) => (one < other ? -1 : 1))) {
  const [kind = '', fault = ''] = key.split('|');
  console.log(
    `${kind.padEnd(22)}${fault.padEnd(24)}${String(tried).padStart(7)}${String(wrong).padStart(7)}${String(half).padStart(7)}`,
  );
}
const all = [...counts.values()];
const wrong = all.reduce((sum, count) => sum + count.wrong, 0);
console.log(`${all.reduce((sum, count) => sum + count.tried, 0)} kill points, ${wrong} wrong`);
process.exitCode = wrong === 0 ? 0 : 1;
