import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Cluster, startCluster } from '../../../src/foundation/postgres/server/cluster.js';
import { connect, type Session } from '../../../src/foundation/postgres/session.js';
import { loadParser } from '../../../src/foundation/sql/parse.js';
import type { LockRequest } from '../../../src/model/effects.js';
import { fileOf, tryOut } from './apply-bench.js';

let cluster: Cluster;
let session: Session;

beforeAll(async () => {
  await loadParser();
  // One that goes on for longer than the test.
  const settings = {
    autovacuum_naptime: '1s',
    autovacuum_vacuum_cost_delay: '100ms',
    autovacuum_vacuum_cost_limit: '10',
  };
  cluster = await startCluster({ major: 17, serverBin: null, settings });
  session = await connect(cluster.connection(), { applicationName: 'test' });
  await session.query(`CREATE TABLE hot (id int, pad text) WITH (autovacuum_vacuum_scale_factor = 0);
    INSERT INTO hot SELECT i, repeat('x', 500) FROM generate_series(1, 40000) i; DELETE FROM hot WHERE id % 2 = 0`);
}, 60_000);
afterAll(async () => {
  await session?.[Symbol.asyncDispose]();
  await cluster?.[Symbol.asyncDispose]();
});

const exclusive: readonly LockRequest[] = [
  { relation: 'public.hot', kind: 'table', mode: 'AccessExclusiveLock', certainty: 'certain' },
];
const vacuums = `SELECT FROM pg_stat_activity WHERE backend_type = 'autovacuum worker' AND query LIKE '%public.hot%'`;

async function vacuumAtWork(): Promise<void> {
  for (let tries = 0; tries < 200 && (await session.query(vacuums)).rows.length === 0; tries++) {
    await session.query('SELECT pg_sleep(0.1)');
  }
  await session.query('SELECT pg_sleep(0.3)');
}

it('an autovacuum is waited for outside the queue where it would cost others too much, and is outlasted elsewhere', async () => {
  await vacuumAtWork();
  const migrations = [fileOf('0001', ['ALTER TABLE hot ADD COLUMN a int'])];
  const patient = await tryOut(session, { migrations, locks: exclusive, tier: 1, budget: { patienceMs: 1_500 } });
  expect(patient.run.verdict).toBe('aborted');
  expect(patient.run.outcomes[0]?.attempts).toMatchObject([{ queuedMs: null }]);
  await vacuumAtWork();
  const { run } = await tryOut(session, { migrations, locks: exclusive, tier: 2 });
  expect(run.verdict).toBe('applied');
  expect(run.outcomes[0]?.attempts).toHaveLength(1);
  expect(run.outcomes[0]?.attempts[0]?.queuedMs ?? 0).toBeGreaterThan(800);
}, 60_000);
