import { describe, expect, test } from 'vitest';
import { compareFigures } from '../../../src/after/watch/compare-figures.js';
import { readFigures } from '../../../src/after/watch/observe/read-figures.js';
import { startCluster } from '../../../src/foundation/postgres/server/cluster.js';
import { connect } from '../../../src/foundation/postgres/session.js';
import { systemClock } from '../../../src/foundation/runtime/clock.js';

describe.each([15, 16, 17, 18] as const)('figures on %i', (major) => {
  test('are read behind a lock on the table, and hold no constants', async () => {
    await using cluster = await startCluster({
      major,
      serverBin: null,
      settings: { shared_preload_libraries: 'pg_stat_statements', 'pg_stat_statements.track': 'all' },
    });
    await using session = await connect(cluster.connection(), { applicationName: 'watch' });
    await using locker = await connect(cluster.connection(), { applicationName: 'locker' });
    await session.query(`CREATE EXTENSION pg_stat_statements; CREATE TABLE users (id int PRIMARY KEY, email text);
      CREATE TABLE events (id int, at date) PARTITION BY RANGE (at);
      CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
      INSERT INTO users SELECT n, 'someone' FROM generate_series(1, 1000) n;
      INSERT INTO events SELECT n, '2026-02-02' FROM generate_series(1, 500) n`);
    await session.query('SELECT pg_stat_force_next_flush()');
    await session.query('ANALYZE');
    await session.query(`CREATE ROLE someone PASSWORD 'planted-password'`);
    const queries = [{ name: 'sleep', sql: 'SELECT pg_catalog.pg_sleep(0.01)', maxMs: null, timeoutMs: 5_000 }];
    const options = { session, relations: ['public.users', 'public.events'], queries, clock: systemClock };
    const read = () => readFigures({ ...options, metrics: {}, healthy: null });
    await session.query(`SELECT count(*) FROM users WHERE email = 'planted-literal'`);
    const before = await read();
    await session.query(
      `SELECT count(*) FROM users WHERE email = 'planted-literal'; DELETE FROM users WHERE id > 600; SELECT pg_stat_force_next_flush()`,
    );
    await session.query('SELECT 1');
    await locker.query('BEGIN; LOCK TABLE users, events IN ACCESS EXCLUSIVE MODE');
    const start = performance.now();
    const after = await read();
    expect(performance.now() - start).toBeLessThan(2_000);
    await locker.query('ROLLBACK');

    expect(after.notes).toEqual([]);
    expect(after.relations.map(({ relation }) => relation)).toEqual(['public.events', 'public.users']);
    expect(after.relations[0]).toMatchObject({ liveRows: 500 });
    expect(after.relations[1]).toMatchObject({ liveRows: 600, deadRows: 400 });
    expect(after.relations[1]?.bytes).toBeGreaterThanOrEqual(8_192 * 6);
    expect(after.criticalMs['sleep']).toBeGreaterThanOrEqual(10);
    expect(after.database?.bytes).toBeGreaterThan(1_000_000);
    expect(after.replicas).toBe(0);
    const texts = JSON.stringify([before, after]);
    expect(texts).toMatch(/count\(\*\) FROM users WHERE email = \$1/i);
    expect(texts).not.toMatch(/planted/);
    const compared = compareFigures(before, after);
    expect(compared.find(({ subject, figure }) => subject === 'public.users' && figure === 'dead rows')).toMatchObject({
      before: 0,
      after: 400,
      difference: 400,
    });
    expect(compared.some(({ figure, before: old }) => figure === 'mean time' && old !== null)).toBe(true);
  });
});
