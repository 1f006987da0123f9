import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundleProgram } from '../../support/bundle-program.js';
import type { Disturbance, Fault } from './torture/disturb.js';
import { type CrashableServer, startCrashableServer } from './torture/server-of-ours.js';
import { makePairSeed, type PairSeed } from './torture/server-pair.js';
import { stepKinds } from './torture/step-kinds.js';
import { makeTemplate, prepareKind } from './torture/torture-bench.js';
import { tryDisturbed, type Verdict } from './torture/trial.js';

let server: CrashableServer;
let template: string;
let seed: PairSeed;
let runner: string;

beforeAll(async () => {
  runner = await bundleProgram(join(import.meta.dirname, 'torture', 'runner.ts'));
  server = await startCrashableServer(17);
  template = await makeTemplate(server);
  seed = await makePairSeed(17, makeTemplate);
});
afterAll(async () => {
  await seed?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
});

/** Where in the worker's part of the run, which is its last: 0 is before its first message, 1 after the last of all. */
const sample: readonly (readonly [string, Fault, number])[] = [
  ['transaction of DML', 'kill -9 of the runner', 0.6],
  ['transaction of DML', 'network closed', 0.85],
  ['autocommit file', 'worker ended', 0.5],
  ['create unique index', 'kill -9 of the runner', 0.5],
  ['reindex', 'network reset', 0.5],
  ['detach partition', 'keeper ended', 0.5],
  ['drop index', 'watch ended', 0.5],
];

/** Of the messages of a run, those before the worker begins are about 300: they differ little between kinds. */
const beforeWork = 300;

// Trials wait more than they work.
it.concurrent.each(sample)('%s, %s at %d of its work: finished, and nothing is left', async (name, fault, part) => {
  await expectFinished(name, part, { fault });
});

/** Where in the work, how many of the last commits the standby lacks, and what it is promoted with therefore. */
const promotions: readonly (readonly [string, number, number, string])[] = [
  ['create index', 1, 4, 'invalid index: item_n'],
  ['detach partition', 1, 4, 'pending detachment: event_1'],
  ['autocommit file', 0.7, Number.POSITIVE_INFINITY, ''],
];

it.each(promotions)(
  '%s, a standby promoted at %d of its work without %d commits: finished, and nothing is left',
  async (...[name, part, lost, left]) => {
    const { met } = await expectFinished(name, part, { fault: 'standby promoted', lost });
    expect(met.join()).toBe(left);
  },
);

it('create index, server crashed at 0.5 of its work: finished, and nothing is left', async () => {
  await expectFinished('create index', 0.5, { fault: 'server crashed' });
});

async function expectFinished(name: string, part: number, fault: Omit<Disturbance, 'at'>): Promise<Verdict> {
  const kind = stepKinds.find((one) => one.name === name);
  if (kind === undefined) throw new Error(`no kind is called ${name}`);
  const { bench, messages } = await prepareKind(kind, { server, template, seed, runner });
  let at = Math.round(beforeWork + (messages - beforeWork) * part);
  let verdict = await tryDisturbed(bench, { ...fault, at });
  // A run may come to its end with a message or two less.
  for (let less = 0; less < 3 && !verdict.reached; less += 1)
    verdict = await tryDisturbed(bench, { ...fault, at: --at });
  const { problems, reached } = verdict;
  expect({ reached, problems }).toEqual({ reached: true, problems: [] });
  return verdict;
}
