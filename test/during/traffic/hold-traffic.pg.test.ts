import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { holdTraffic } from '../../../src/during/traffic/hold-traffic.js';
import { type Cluster, startCluster } from '../../../src/foundation/postgres/server/cluster.js';
import { connect, type Session } from '../../../src/foundation/postgres/session.js';
import { systemClock } from '../../../src/foundation/runtime/clock.js';
import { type HookSettings, noHooks } from '../../../src/model/target-settings.js';

let folder: string;
let cluster: Cluster;
let session: Session;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lockkeeper-traffic-'));
  cluster = await startCluster({ major: 17, serverBin: null });
  session = await connect(cluster.connection(), { applicationName: 'lockkeeper apply' });
});
afterAll(async () => {
  await session?.[Symbol.asyncDispose]();
  await cluster?.[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});
beforeEach(() => rmSync(join(folder, 'log'), { force: true }));

const logs = (word: string) => ({ command: `echo ${word} >> log`, timeoutMs: 5_000 });
const log = (): readonly string[] => readFileSync(join(folder, 'log'), 'utf8').trim().split('\n');
const hold = (hooks: Partial<HookSettings>, signal = new AbortController().signal) =>
  holdTraffic(
    session,
    { ...noHooks, ...hooks },
    { cwd: folder, env: { PATH: process.env['PATH'] }, clock: systemClock, signal, secrets: [] },
  );

test('the way back is the way there, backwards, and is gone once', async () => {
  const held = await hold({
    pauseJobs: logs('pause'),
    resumeJobs: logs('resume'),
    maintenanceOn: logs('on'),
    maintenanceOff: logs('off'),
  });
  expect(held.ran).toEqual(['pauseJobs', 'maintenanceOn']);
  expect(await held.release()).toEqual([]);
  expect(await held.release()).toEqual([]);
  expect(log()).toEqual(['pause', 'on', 'off', 'resume']);
});

test('a hook that fails takes back itself and what was before it', async () => {
  const failing = hold({
    pauseJobs: logs('pause'),
    resumeJobs: logs('resume'),
    maintenanceOn: { command: 'echo half >> log; exit 2', timeoutMs: 5_000 },
    maintenanceOff: logs('off'),
  });
  await expect(failing).rejects.toMatchObject({ code: 'command-failed' });
  expect(log()).toEqual(['pause', 'half', 'off', 'resume']);
});

test('connections that stay let the traffic go again', async () => {
  await using shop = await connect(cluster.connection(), { applicationName: 'shop' });
  const held = hold({
    maintenanceOn: logs('on'),
    maintenanceOff: logs('off'),
    drain: { application: 'shop', user: null, timeoutMs: 100 },
  });
  await expect(held).rejects.toMatchObject({ code: 'traffic-remains' });
  expect(log()).toEqual(['on', 'off']);
  expect(shop.closed).toBe(false);
});

test('a way back that fails is said, and keeps no other from being gone', async () => {
  const held = await hold({
    pauseJobs: logs('pause'),
    resumeJobs: logs('resume'),
    readOnlyOff: { command: 'exit 7', timeoutMs: 5_000 },
  });
  expect(await held.release()).toEqual([expect.stringContaining('The hook readOnlyOff ended with 7')]);
  expect(log()).toEqual(['pause', 'resume']);
});

test('who interrupts gets the traffic back', async () => {
  const interrupt = new AbortController();
  const held = await hold({ maintenanceOn: logs('on'), maintenanceOff: logs('off') }, interrupt.signal);
  interrupt.abort();
  await held.release();
  expect(log()).toEqual(['on', 'off']);
});
