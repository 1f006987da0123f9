import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundleProgram } from '../../support/bundle-program.js';
import { type CrashableServer, startCrashableServer } from './torture/server-of-ours.js';
import { stepKinds } from './torture/step-kinds.js';
import { makeTemplate, prepareKind } from './torture/torture-bench.js';
import { type Fault, tryDisturbed } from './torture/trial.js';

let server: CrashableServer;
let template: string;
let runner: string;

beforeAll(async () => {
  runner = await bundleProgram(join(import.meta.dirname, 'torture', 'runner.ts'));
  server = await startCrashableServer(17);
  template = await makeTemplate(server);
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
});

/** Where in the worker's part of the run, which is its last: 0 is before its first message, 1 after the last of all. */
const sample: readonly (readonly [string, Fault, number])[] = [
  ['transaction of DML', 'kill -9 of the runner', 0.6],
  ['transaction of DML', 'network closed', 0.85],
  ['autocommit file', 'worker ended', 0.5],
  ['create unique index', 'kill -9 of the runner', 0.5],
  ['create index', 'server crashed', 0.5],
  ['reindex', 'network reset', 0.5],
  ['detach partition', 'keeper ended', 0.5],
  ['drop index', 'watch ended', 0.5],
];

/** Of the messages of a run, those before the worker begins are about 300: they differ little between kinds. */
const beforeWork = 300;

it.each(sample)('%s, %s at %d of its work: finished, and nothing is left', async (name, fault, part) => {
  const kind = stepKinds.find((one) => one.name === name);
  if (kind === undefined) throw new Error(`no kind is called ${name}`);
  const { bench, messages } = await prepareKind(kind, { server, template, runner });
  const at = Math.round(beforeWork + (messages - beforeWork) * part);
  const { problems, reached } = await tryDisturbed(bench, { fault, at });
  expect({ reached, problems }).toEqual({ reached: true, problems: [] });
});
