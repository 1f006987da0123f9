import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import autovacuumOnTouched from '../../../src/during/preflight/gates/database/autovacuum-on-touched.js';
import connectionHeadroom from '../../../src/during/preflight/gates/database/connection-headroom.js';
import locksNow from '../../../src/during/preflight/gates/database/locks-now.js';
import longTransactions from '../../../src/during/preflight/gates/database/long-transactions.js';
import preparedTransactions from '../../../src/during/preflight/gates/database/prepared-transactions.js';
import transactionIdAge from '../../../src/during/preflight/gates/database/transaction-id-age.js';
import { type Cluster, startCluster } from '../../../src/foundation/postgres/server/cluster.js';
import { connect, type Session } from '../../../src/foundation/postgres/session.js';
import { askGate, touch } from './gate-bench.js';

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const touched = [touch('public.orders')];

describe.each([15, 16, 17, 18] as const)('on PostgreSQL %i', (major) => {
  let cluster: Cluster;
  let admin: Session;
  let observer: Session;
  let nobody: Session;
  const opened: Session[] = [];

  const enter = async (user = 'postgres', database = 'postgres'): Promise<Session> => {
    const session = await connect({ ...cluster.connection(database), user }, { applicationName: `test ${user}` });
    opened.push(session);
    return session;
  };

  beforeAll(async () => {
    const settings = { max_prepared_transactions: '5', max_connections: '20', autovacuum_naptime: '1s' };
    cluster = await startCluster({ major, serverBin: null, settings });
    admin = await connect(cluster.connection(), { applicationName: 'test admin' });
    await admin.query(`CREATE ROLE observer LOGIN; GRANT pg_monitor TO observer; CREATE ROLE nobody LOGIN;
      CREATE ROLE app LOGIN; CREATE TABLE orders (id int PRIMARY KEY, note text) WITH (autovacuum_enabled = off);
      CREATE TABLE other (id int); INSERT INTO orders SELECT i, 'x' FROM generate_series(1, 20000) i;
      GRANT ALL ON orders TO app`);
    observer = await connect({ ...cluster.connection(), user: 'observer' }, { applicationName: 'watch' });
    nobody = await connect({ ...cluster.connection(), user: 'nobody' }, { applicationName: 'watch' });
  });
  afterEach(async () => {
    for (const session of opened.splice(0)) await session[Symbol.asyncDispose]();
    await expect
      .poll(
        async () =>
          (await admin.query(`SELECT FROM pg_stat_activity WHERE application_name ~ '^test [^a]|^test app'`)).rows
            .length,
      )
      .toBe(0);
  });
  afterAll(async () => {
    for (const session of [admin, observer, nobody]) await session?.[Symbol.asyncDispose]();
    await cluster?.[Symbol.asyncDispose]();
  });

  it('a quiet server passes, seen with pg_monitor alone', async () => {
    for (const gate of [longTransactions, preparedTransactions, locksNow, autovacuumOnTouched]) {
      expect(await askGate(gate, { session: observer, touched })).toMatchObject({ verdict: 'pass' });
    }
  });

  it('an open transaction blocks by its age, an idle one sooner', async () => {
    const app = await enter('app');
    await app.query('BEGIN; SELECT 1');
    await pause(60);
    const asked = { session: observer, touched };
    expect(await askGate(longTransactions, asked)).toMatchObject({ verdict: 'pass' });
    expect(await askGate(longTransactions, { ...asked, settings: { maxTransactionMs: 20 } })).toMatchObject({
      verdict: 'pass',
    });
    const idle = await askGate(longTransactions, { ...asked, settings: { maxIdleInTransactionMs: { 1: 20 } } });
    expect(idle).toMatchObject({ verdict: 'block', reason: expect.stringContaining('test app of app') });
    expect(JSON.stringify(idle.observation)).not.toContain('SELECT 1');
    expect(await askGate(longTransactions, { ...asked, session: nobody })).toMatchObject({ verdict: 'unknown' });
  });

  it('an old snapshot in another database only warns', async () => {
    const far = await enter('postgres', 'template1');
    await far.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1');
    await pause(40);
    const settings = { maxIdleInTransactionMs: 20 };
    expect(await askGate(longTransactions, { session: observer, settings })).toMatchObject({ verdict: 'warn' });
  });

  it('who holds a conflicting lock for long blocks, traffic passes', async () => {
    const app = await enter('app');
    await app.query('BEGIN; SELECT * FROM orders LIMIT 1');
    const asked = { session: observer, touched };
    expect(await askGate(locksNow, asked)).toMatchObject({ verdict: 'pass' });
    await pause(40);
    const old = await askGate(locksNow, { ...asked, settings: { maxHeldMs: 20 } });
    expect(old).toMatchObject({
      verdict: 'block',
      reason: expect.stringContaining('AccessShareLock on public.orders'),
    });
    expect(await askGate(locksNow, { ...asked, session: nobody })).toMatchObject({ verdict: 'unknown' });
    // A reader is not in the way of CREATE INDEX.
    const weaker = { ...asked, touched: [touch('public.orders', 'ShareLock')], settings: { maxHeldMs: 20 } };
    expect(await askGate(locksNow, weaker)).toMatchObject({ verdict: 'pass' });
    const waiter = await enter();
    const waiting = waiter.query('BEGIN; LOCK TABLE orders');
    waiting.catch(() => undefined);
    await expect
      .poll(async () => (await askGate(locksNow, { ...asked, settings: { maxWaitedMs: 20 } })).reason)
      .toContain('lock queue already');
    await app.query('COMMIT');
    await waiting.catch(() => undefined);
  });

  it('does not wait behind an exclusive lock, and tells who changes the table', async () => {
    const changer = await enter();
    await changer.query('BEGIN; LOCK TABLE orders');
    const startedAt = Date.now();
    for (const gate of [longTransactions, preparedTransactions, locksNow, autovacuumOnTouched]) {
      const { verdict } = await askGate(gate, { session: observer, touched, settings: { maxHeldMs: 60_000 } });
      expect(verdict).toBe(gate === locksNow ? 'warn' : 'pass');
    }
    expect(Date.now() - startedAt).toBeLessThan(5_000);
  });

  it('a prepared transaction blocks when it locks what is touched, or is old', async () => {
    const app = await enter();
    await app.query(`BEGIN; INSERT INTO other VALUES (1); PREPARE TRANSACTION 'one'`);
    const asked = { session: observer, touched };
    expect(await askGate(preparedTransactions, asked)).toMatchObject({ verdict: 'pass' });
    await pause(30);
    expect(await askGate(preparedTransactions, { ...asked, settings: { maxPreparedMs: 20 } })).toMatchObject({
      verdict: 'block',
    });
    await app.query(`BEGIN; UPDATE orders SET note = 'y' WHERE id = 1; PREPARE TRANSACTION 'two'`);
    const locking = await askGate(preparedTransactions, { ...asked, session: nobody });
    expect(locking).toMatchObject({ verdict: 'block', reason: expect.stringContaining('locks on public.orders: two') });
    await app.query(`ROLLBACK PREPARED 'one'`);
    await app.query(`ROLLBACK PREPARED 'two'`);
  });

  it('a vacuum by hand blocks, an autovacuum warns', async () => {
    const asked = { session: observer, touched };
    const vacuumer = await enter();
    await vacuumer.query('SET vacuum_cost_delay = 50; SET vacuum_cost_limit = 1');
    const vacuuming = vacuumer.query('VACUUM (FREEZE, DISABLE_PAGE_SKIPPING) orders');
    vacuuming.catch(() => undefined);
    await expect.poll(async () => (await askGate(autovacuumOnTouched, asked)).verdict).toBe('block');
    expect(await askGate(autovacuumOnTouched, { ...asked, session: nobody })).toMatchObject({ verdict: 'unknown' });
    await admin.query('SELECT pg_cancel_backend($1)', [vacuumer.pid]);
    await vacuuming.catch(() => undefined);
    await admin.query(`ALTER TABLE orders SET (autovacuum_enabled = on, autovacuum_vacuum_cost_delay = 50, autovacuum_vacuum_cost_limit = 1,
      autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0, autovacuum_analyze_threshold = 1000000);
      UPDATE orders SET note = 'z'`);
    await expect
      .poll(async () => (await askGate(autovacuumOnTouched, asked)).verdict, { timeout: 15_000, interval: 50 })
      .toBe('warn');
    await admin.query('ALTER TABLE orders SET (autovacuum_enabled = off)');
  }, 30_000);

  it.runIf(major === 15 || major === 18)(
    'an autovacuum against wraparound blocks, and its coming is seen before',
    async () => {
      const asked = { session: observer, touched };
      expect(await askGate(transactionIdAge, asked)).toMatchObject({ verdict: 'pass' });
      await admin.query('ALTER TABLE orders SET (autovacuum_freeze_max_age = 100000)');
      await admin.query('DO $$ BEGIN FOR i IN 1..100100 LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$');
      expect(await askGate(transactionIdAge, asked)).toMatchObject({
        verdict: 'block',
        reason: expect.stringContaining('public.orders has reached 100 %'),
      });
      await expect
        .poll(async () => (await askGate(autovacuumOnTouched, asked)).reason, { timeout: 20_000, interval: 50 })
        .toContain('prevents wraparound on public.orders');
    },
    60_000,
  );

  it('counts the connections that are left for the server, the database and the role', async () => {
    const asked = { session: observer, settings: { spare: 0 } };
    expect(await askGate(connectionHeadroom, asked)).toMatchObject({ verdict: 'pass' });
    expect(await askGate(connectionHeadroom, { ...asked, settings: { spare: 100 } })).toMatchObject({
      verdict: 'warn',
    });
    await admin.query('ALTER ROLE observer CONNECTION LIMIT 3');
    const role = await askGate(connectionHeadroom, asked);
    expect(role).toMatchObject({
      verdict: 'block',
      reason: '1 of 3 connections that the role allows are used; a run needs 4.',
    });
    await admin.query('ALTER ROLE observer CONNECTION LIMIT -1; ALTER DATABASE postgres CONNECTION LIMIT 5');
    expect(await askGate(connectionHeadroom, asked)).toMatchObject({
      reason: expect.stringContaining('the database allows'),
    });
    await admin.query('ALTER DATABASE postgres CONNECTION LIMIT -1');
    for (let count = 0; count < 12; count += 1) await enter('app');
    for (const session of [observer, nobody]) {
      expect(await askGate(connectionHeadroom, { ...asked, session })).toMatchObject({
        verdict: 'block',
        reason: expect.stringContaining('of 17 connections that the server allows'),
      });
    }
  });
});
