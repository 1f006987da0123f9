import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ConnectionTarget } from '../../../src/foundation/postgres/connection-target.js';
import { startClusterWithStandby } from '../../../src/foundation/postgres/server/standby.js';
import { connect } from '../../../src/foundation/postgres/session.js';
import { systemClock } from '../../../src/foundation/runtime/clock.js';
import type { WatchReport } from '../../../src/model/watch-report.js';
import { watchSchema } from '../../../src/report/watch-schemas.js';
import { dbmate } from '../target/target-bench.js';
import { openNetwork, type RestartableServer, startRestartable } from './restartable.js';
import { openBench, type WatchBench } from './watch-bench.js';

const files = {
  'db/migrations/20260101000000_users.sql': dbmate(
    'CREATE TABLE users (id bigint PRIMARY KEY, email text);',
    'DROP TABLE users;',
  ),
};

let server: RestartableServer;
let count = 0;

beforeAll(async () => {
  server = await startRestartable(17);
});
afterAll(() => server?.[Symbol.asyncDispose]());

async function bench(through: Partial<ConnectionTarget> = {}, more = ''): Promise<WatchBench> {
  count += 1;
  const database = `outage_${count}`;
  await using admin = await connect(server.cluster.connection(), { applicationName: 'admin' });
  await admin.query(`CREATE DATABASE ${database}`);
  const opened = await openBench({ ...server.cluster.connection(), ...through, database }, { files, more });
  // The test's own connection breaks with the server, and nobody reads it any more.
  opened.session.client.on('error', () => undefined);
  await opened.apply();
  return opened;
}

/** The application is as well as its database is, once that was seen to be away. */
function livesOn({ application }: WatchBench, isUp: () => boolean): void {
  application.healthy = async () => isUp();
}

const reached = ({ samples }: WatchReport) => samples.map(({ reachable }) => reachable);

describe.each([
  ['a clean restart', 'SIGINT', /^[^ ]+ The server was started anew at [^,]+\.$/],
  ['a crash', 'SIGQUIT', /The server was started anew at .*, and had not been shut down properly\.$/],
] as const)('%s', (_, how, words) => {
  test('is told as one, and the watch goes on when the server is back', async () => {
    await using shop = await bench();
    let isUp = true;
    const enough = new AbortController();
    livesOn(shop, () => isUp);
    const restart = (async () => {
      await systemClock.sleep(400);
      isUp = false;
      await server.stop(how);
      await systemClock.sleep(1_500);
      await server.start();
      isUp = true;
      await systemClock.sleep(1_800);
      enough.abort();
    })();
    const { report } = await shop.watch({ forMs: 60_000, autoRollback: true, signal: enough.signal });
    await restart;
    expect(reached(report)).toContain(false);
    expect(report.samples.at(-1)).toMatchObject({ reachable: true, healthy: true, newFaults: 0 });
    // The application is unwell for longer than is let pass: an outage, and nothing that could be taken back.
    const [urgent] = report.decisions.filter(({ severity }) => severity === 'P0');
    expect(urgent).toMatchObject({ verdict: 'assess', severity: 'P0', automatic: { allowed: false } });
    expect(urgent?.reason).toMatch(/not well.*Nothing can be taken back while the database cannot be reached/);
    expect(urgent?.path.at(-1)?.id).toBe('health-checks');
    expect(report).toMatchObject({ ended: 'interrupted', decision: { verdict: 'continue' }, automatic: null });
    const notes = report.notes.filter((note) => / (?:The database|The server)/.test(note));
    expect(notes).toHaveLength(3);
    expect(notes[0]).toMatch(/cannot be reached: .*(?:57P0|ECONN|ENOENT|EPIPE|terminat)/);
    expect(notes[1]).toMatch(/answers again, after \d+ s/);
    expect(notes[2]).toMatch(words);
    expect(watchSchema.parse(JSON.parse(JSON.stringify(report)))).toEqual(report);
  });
});

test('one session that crashes takes all others with it: the record says so', async () => {
  await using shop = await bench();
  const crash = (async () => {
    await systemClock.sleep(400);
    process.kill(shop.session.pid, 'SIGKILL');
  })();
  const { report } = await shop.watch({ forMs: 2_500 });
  await crash;
  expect(report.samples.at(-1)?.reachable).toBe(true);
  expect(report.decision.verdict).toBe('continue');
  const notes = report.notes.join('\n');
  expect(notes).toMatch(/(?:cannot be reached|connection broke).*(?:57P0|ECONN|EPIPE|terminat)/);
  expect(notes).toMatch(/counters began anew: it recovered from a crash/);
});

test('a network that is away for some seconds: nothing hangs, nobody acts, and all goes on', async () => {
  const { cluster } = server;
  await using network = await openNetwork(join(cluster.socketDir, `.s.PGSQL.${cluster.port}`));
  await using shop = await bench({ host: network.host, port: network.port });
  const outage = (async () => {
    await systemClock.sleep(500);
    network.isOpen = false;
    await systemClock.sleep(3_500);
    network.isOpen = true;
  })();
  const { report } = await shop.watch({ forMs: 8_000, autoRollback: true });
  await outage;
  expect(report).toMatchObject({ ended: 'complete', automatic: null, decision: { verdict: 'continue' } });
  expect(report.samples.at(-1)).toMatchObject({ reachable: true, newFaults: 0 });
  expect(reached(report)).toContain(false);
  expect(report.notes.join('\n')).toMatch(/cannot be reached: it did not answer within 2 s/);
  expect(report.notes.join('\n')).toMatch(/answers again, after \d s/);
});

test('a watch ends in time though nobody answers any more, and says what it does not know', async () => {
  const { cluster } = server;
  await using network = await openNetwork(join(cluster.socketDir, `.s.PGSQL.${cluster.port}`));
  const back = '    hooks: { trafficBack: "touch went-back", notify: [{ command: "cat >> told" }] }';
  await using shop = await bench({ host: network.host, port: network.port }, back);
  livesOn(shop, () => network.isOpen);
  const outage = (async () => {
    await systemClock.sleep(300);
    network.isOpen = false;
  })();
  const start = systemClock.now();
  const { report } = await shop.watch({ forMs: 9_000, autoRollback: true });
  await outage;
  expect(systemClock.now() - start).toBeLessThan(25_000);
  expect(report).toMatchObject({ ended: 'complete', automatic: null });
  expect(report.decision).toMatchObject({ verdict: 'assess', automatic: { allowed: false } });
  expect(report.decision.breaches.map(({ signal }) => signal)).toContain('health');
  expect(report.contacts.length).toBeGreaterThan(0);
  expect(existsSync(join(shop.cwd, 'went-back'))).toBe(false);
  const told = await readFile(join(shop.cwd, 'told'), 'utf8');
  expect(told.match(/"event":"trouble"/g)).toHaveLength(1);
  expect(told).toMatch(/assess \(P0\).*Nothing can be taken back while the database cannot be reached/);
});

test('a standby that is lost is a breach of its own, by the tree', async () => {
  await using servers = await startClusterWithStandby({ major: 17, serverBin: null });
  await using shop = await openBench({ ...servers.primary.connection(), database: 'postgres' }, { files });
  await shop.apply();
  const loss = (async () => {
    await systemClock.sleep(400);
    await servers.standby.stop();
  })();
  const { report } = await shop.watch({ forMs: 3_500, autoRollback: true });
  await loss;
  expect(report.decision).toMatchObject({ verdict: 'assess', severity: 'P2', automatic: { allowed: false } });
  expect(report.decision.breaches.map(({ signal }) => signal)).toEqual(['replicas']);
  expect(report.decision.reason).toMatch(/0 standbys follow; before the change it was 1/);
  expect(report.automatic).toBeNull();
  expect(report.notes.join('\n')).toMatch(/0 standbys follow; before it was 1/);
});
