import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readLockWaits } from '../../../src/foundation/activity/read-lock-waits.js';
import { adviseCancel } from '../../../src/foundation/activity/advise-cancel.js';
import { readOldestSnapshots, readRelationUsers } from '../../../src/foundation/activity/read-oldest-snapshots.js';
import { readProgress } from '../../../src/foundation/activity/read-progress.js';
import { readReplication } from '../../../src/foundation/activity/read-replication.js';
import { type ClusterWithStandby, startClusterWithStandby } from '../../../src/foundation/postgres/server/standby.js';
import { connect, type Session } from '../../../src/foundation/postgres/session.js';
import { outerMajors } from '../../support/tried-majors.js';

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe.each(outerMajors)('on PostgreSQL %i', (major) => {
  let pair: ClusterWithStandby;
  let observer: Session;
  let databaseOid: number;
  let tableOid: number;
  const opened: Session[] = [];
  const databases = new Map<number, string>();

  const enter = async (user = 'postgres', database = 'postgres'): Promise<Session> => {
    const session = await connect({ ...pair.primary.connection(database), user }, { applicationName: `test ${user}` });
    opened.push(session);
    return session;
  };

  beforeAll(async () => {
    const settings = { max_prepared_transactions: '5', autovacuum_naptime: '1s', deadlock_timeout: '30s' };
    pair = await startClusterWithStandby({ major, serverBin: null, settings });
    // CREATE DATABASE copies files that may still be on their way.
    await pair.primary.whole;
    const owner = await enter();
    await owner.query(`CREATE ROLE observer LOGIN; GRANT pg_monitor TO observer;
      CREATE TABLE orders (id int PRIMARY KEY, note text) WITH (autovacuum_enabled = off);
      INSERT INTO orders SELECT i, 'x' FROM pg_catalog.generate_series(1, 20000) i`);
    await owner.query('CREATE DATABASE other');
    const { rows } =
      await owner.query(`SELECT (SELECT oid FROM pg_database WHERE datname = 'postgres')::int8 AS database,
      'orders'::regclass::oid::int8 AS relation`);
    databaseOid = Number(rows[0]?.['database']);
    tableOid = Number(rows[0]?.['relation']);
    observer = await enter('observer', 'other');
  });
  afterAll(async () => {
    for (const session of opened) await session[Symbol.asyncDispose]();
    await pair?.[Symbol.asyncDispose]();
  });

  it('names all whom a concurrent build waits for, and tells how it waits', async () => {
    const [snapshot, writer, reader, prepared, builder, far] = await Promise.all(
      ['postgres', 'postgres', 'postgres', 'postgres', 'postgres', 'other'].map((name) => enter('postgres', name)),
    );
    if (!(snapshot && writer && reader && prepared && builder && far)) throw new Error('all are there');
    await snapshot.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1');
    await far.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1');
    await writer.query('BEGIN; UPDATE orders SET note = note WHERE id = 1');
    await reader.query('BEGIN; SELECT 1 FROM orders');
    await prepared.query('BEGIN; UPDATE orders SET note = note WHERE id = 2');
    await prepared.query(`PREPARE TRANSACTION 'two'`);
    const look = () => readOldestSnapshots(observer, { databases, databaseOid, relationOids: [tableOid] });
    const expected = (await look()).filter((one) => one.concurrentBuildWaits);
    expect(new Set(expected.map(({ pid, name }) => pid ?? name))).toEqual(new Set([snapshot.pid, writer.pid, 'two']));
    expect((await look()).map(({ pid }) => pid)).toContain(far.pid);
    const users = await readRelationUsers(observer, {
      databaseOid,
      relationOids: [tableOid],
      waitsFor: 'AccessExclusiveLock',
    });
    expect([users.pids, users.preparedXids.size]).toEqual([new Set([writer.pid, reader.pid]), 1]);

    const building = builder.query('CREATE INDEX CONCURRENTLY orders_note ON orders (note)');
    building.catch(() => undefined);
    const seen = new Set<number | string>();
    const freeing = [
      () => writer.query('COMMIT'),
      () => prepared.query(`COMMIT PREPARED 'two'`),
      () => snapshot.query('COMMIT'),
    ];
    const waitsFor = async (): Promise<number | null> => {
      const [mine] = (await readProgress(observer)).filter(({ pid }) => pid === builder.pid);
      return mine?.phase.startsWith('waiting') === true && mine.waitsForPid !== null ? mine.waitsForPid : null;
    };
    await expect.poll(waitsFor, { timeout: 10_000 }).not.toBeNull();
    const { waits } = await readLockWaits(observer, { databases, exact: true });
    expect(waits.find(({ pid }) => pid === builder.pid)?.object.type).toMatch(/virtualxid|transactionid/);
    for (const free of freeing) {
      const on = await waitsFor();
      if (on !== null) seen.add(on);
      await free();
      await pause(150);
    }
    await building;
    // For a prepared transaction the server names the session that once prepared it.
    expect(seen).toEqual(new Set([writer.pid, prepared.pid, snapshot.pid]));
    await Promise.all([reader.query('COMMIT'), far.query('COMMIT')]);
  });

  it('knows an autovacuum that blocks, how far it is, and that it yields', async () => {
    const [owner, waiter] = [await enter(), await enter()];
    await owner.query(`CREATE TABLE busy (id int) WITH (autovacuum_vacuum_threshold = 1, autovacuum_vacuum_scale_factor = 0,
        autovacuum_vacuum_cost_delay = 100, autovacuum_vacuum_cost_limit = 1);
      INSERT INTO busy SELECT i FROM pg_catalog.generate_series(1, 100000) i; DELETE FROM busy`);
    const worker = async () => (await readProgress(observer)).find(({ command }) => command === 'VACUUM') ?? null;
    await expect
      .poll(worker, { timeout: 20_000, interval: 100 })
      .toMatchObject({ phase: 'scanning heap', unit: 'blocks' });
    // Time enough to look before the waiter asks it to yield.
    await waiter.query(`SET deadlock_timeout = '5s'`);
    const waiting = waiter.query('BEGIN; LOCK TABLE busy IN SHARE MODE');
    waiting.catch(() => undefined);
    await expect
      .poll(async () => (await readLockWaits(observer, { databases, exact: true })).trees.length, { timeout: 10_000 })
      .toBe(1);
    const { trees, sessions } = await readLockWaits(observer, { databases, exact: true });
    const [tree] = trees;
    const root = sessions.find(({ pid }) => tree?.root.kind === 'session' && pid === tree.root.pid) ?? null;
    expect(root).toMatchObject({
      backendType: 'autovacuum worker',
      query: expect.stringMatching(/^autovacuum: VACUUM .*busy/),
    });
    const advice = adviseCancel({
      session: root,
      prepared: null,
      tree: tree ?? null,
      wait: null,
      deadlockTimeoutMs: 30_000,
      ownPids: [],
    });
    expect(advice).toMatchObject({ action: 'wait', needsForce: false });
    await owner.query('SELECT pg_cancel_backend($1)', [root?.pid]);
    await waiting;
    await waiter.query('ROLLBACK');
  });

  it('says who follows, how far behind, what is kept for whom; and of a standby how it follows', async () => {
    const owner = await enter();
    await owner.query(`SELECT pg_create_physical_replication_slot('left_behind', true)`);
    await owner.query('INSERT INTO orders SELECT i FROM pg_catalog.generate_series(30000, 40000) i');
    const { inRecovery, replicas, slots, receiver } = await readReplication(observer);
    expect({ inRecovery, receiver }).toEqual({ inRecovery: false, receiver: null });
    expect(replicas).toMatchObject([{ state: 'streaming', syncState: 'async', replayLagBytes: expect.any(Number) }]);
    const slot = slots.find(({ name }) => name === 'left_behind');
    expect(slot).toMatchObject({ active: false, walStatus: 'reserved', slotType: 'physical' });
    expect(slot?.retainedBytes).toBeGreaterThan(0);
    expect(typeof slot?.inactiveMs).toBe(major >= 17 ? 'number' : 'object');
    const standby = await connect(
      { ...pair.standby.connection(), user: 'observer' },
      { applicationName: 'test standby' },
    );
    opened.push(standby);
    const follows = await readReplication(standby);
    expect(follows).toMatchObject({
      inRecovery: true,
      replicas: [],
      receiver: { status: 'streaming', replayPaused: false },
    });
  });
});
