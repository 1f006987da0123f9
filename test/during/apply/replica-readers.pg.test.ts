import { afterAll, beforeAll, expect, it } from 'vitest';
import { startClusterWithStandby, type ClusterWithStandby } from '../../../src/foundation/postgres/server/standby.js';
import { connect, type Session } from '../../../src/foundation/postgres/session.js';
import { loadParser } from '../../../src/foundation/sql/parse.js';
import type { LockRequest } from '../../../src/model/effects.js';
import { fileOf, tryOut } from './apply-bench.js';

let servers: ClusterWithStandby;
let session: Session;

beforeAll(async () => {
  await loadParser();
  servers = await startClusterWithStandby({ major: 17, serverBin: null });
  session = await connect(servers.primary.connection(), { applicationName: 'test' });
  await session.query('CREATE TABLE hot (id int); INSERT INTO hot VALUES (1)');
}, 60_000);
afterAll(async () => {
  await session?.[Symbol.asyncDispose]();
  await servers?.[Symbol.asyncDispose]();
});

const exclusive: readonly LockRequest[] = [
  { relation: 'public.hot', kind: 'table', mode: 'AccessExclusiveLock', certainty: 'certain' },
];

it('who reads the table on a standby is waited for, for its readers would queue behind recovery', async () => {
  const replica = servers.standby.connection();
  await using report = await connect(replica, { applicationName: 'report' });
  await until(report, `SELECT to_regclass('hot') IS NOT NULL AS done`);
  await report.query('BEGIN; SELECT FROM hot');
  await report.query('SELECT pg_sleep(0.3)');
  const waited: string[] = [];
  const running = tryOut(session, {
    migrations: [fileOf('0001', ['ALTER TABLE hot ADD COLUMN a int'])],
    locks: exclusive,
    replicas: [replica],
    onEvent: (event) => {
      if (event.kind === 'waiting-outside') waited.push(event.reason);
    },
  });
  await using reader = await connect(replica, { applicationName: 'reader' });
  let longestMs = 0;
  for (let turn = 0; turn < 20; turn++) {
    const start = performance.now();
    await reader.query('SELECT FROM hot');
    longestMs = Math.max(longestMs, performance.now() - start);
    await reader.query('SELECT pg_sleep(0.05)');
  }
  expect(waited[0]).toMatch(/^on replica 1, report of postgres \(pid \d+\)/);
  expect(longestMs).toBeLessThan(400);
  await report.query('COMMIT');
  const { run } = await running;
  expect(run.verdict).toBe('applied');
  expect(run.outcomes[0]?.attempts).toHaveLength(1);
}, 60_000);

async function until(on: Session, sql: string): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if ((await on.query(sql)).rows[0]?.['done'] === true) return;
    await on.query('SELECT pg_sleep(0.05)');
  }
  throw new Error('it never came to that');
}
