import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openActivitySession } from '../../../src/foundation/activity/open-activity-session.js';
import { readDatabaseNames } from '../../../src/foundation/activity/database-names.js';
import { readLockWaits, rehearseQuestions } from '../../../src/foundation/activity/read-lock-waits.js';
import { readRelationNames } from '../../../src/foundation/activity/relation-names.js';
import { readSessions } from '../../../src/foundation/activity/read-sessions.js';
import { signalBackend } from '../../../src/foundation/activity/signal-backend.js';
import type { ConnectionPlan } from '../../../src/foundation/postgres/connection-string.js';
import { type Cluster, startCluster } from '../../../src/foundation/postgres/server/cluster.js';
import { connect, type Session } from '../../../src/foundation/postgres/session.js';
import { inShort, nameOf } from './activity-facts.js';

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe.each([15, 16, 17, 18] as const)('on PostgreSQL %i', (major) => {
  let cluster: Cluster;
  let admin: Session;
  const sessions: Session[] = [];
  const pending: Promise<unknown>[] = [];

  const enter = async (user = 'postgres', database = 'shop'): Promise<Session> => {
    const session = await connect({ ...cluster.connection(database), user }, { applicationName: `test ${user}` });
    sessions.push(session);
    return session;
  };
  /** Sends what will wait, and returns when the server says that it does. */
  const begin = async (session: Session, sql: string): Promise<void> => {
    pending.push(session.query(sql).catch(() => undefined));
    for (let tries = 0; tries < 2_000; tries += 1) {
      const { rows } = await admin.query('SELECT FROM pg_lock_status() l WHERE l.pid = $1 AND NOT l.granted', [
        session.pid,
      ]);
      if (rows.length > 0) return;
      await pause(5);
    }
    throw new Error(`It does not wait: ${sql}`);
  };
  const plan = (user: string, database = 'shop'): ConnectionPlan => ({
    candidates: [{ target: { ...cluster.connection(database), user }, encryptions: [null] }],
    sessionKind: 'any',
  });

  beforeAll(async () => {
    cluster = await startCluster({
      major,
      serverBin: null,
      settings: { max_prepared_transactions: '5', autovacuum_naptime: '1s', deadlock_timeout: '30s' },
    });
    admin = await connect(cluster.connection(), { applicationName: 'test admin' });
    await admin.query('CREATE DATABASE shop');
    await admin.query(`CREATE ROLE observer LOGIN; GRANT pg_monitor TO observer; CREATE ROLE nobody LOGIN;
      CREATE ROLE operator LOGIN; GRANT pg_monitor, pg_signal_backend TO operator; CREATE ROLE app LOGIN`);
    const owner = await enter();
    await owner.query('CREATE TABLE orders (id int PRIMARY KEY, note text); GRANT ALL ON orders TO app');
    await owner.query("INSERT INTO orders SELECT i, 'x' FROM pg_catalog.generate_series(1, 1000) i");
  });
  afterEach(async () => {
    await admin.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_get_activity(NULL) WHERE application_name LIKE 'test %'
      AND application_name <> 'test admin'`);
    await Promise.all(pending.splice(0));
    for (const session of sessions.splice(0)) await session[Symbol.asyncDispose]();
  });
  afterAll(async () => {
    await admin?.[Symbol.asyncDispose]();
    await cluster?.[Symbol.asyncDispose]();
  });

  it('a chain of waiters is what pg_blocking_pids says, seen with pg_monitor alone', async () => {
    const reader = await enter();
    const change = await enter();
    const others = await Promise.all(Array.from({ length: 3 }, () => enter('app')));
    const writer = await enter('app');
    const locker = await enter('app');
    await reader.query('BEGIN; SELECT count(*) FROM orders');
    await writer.query('SELECT pg_advisory_lock(7)');
    await begin(change, 'ALTER TABLE orders ADD COLUMN total int');
    for (const other of others) await begin(other, 'SELECT * FROM orders');
    await begin(writer, `UPDATE orders SET note = 'y' WHERE id = 1`);
    await begin(locker, 'SELECT pg_advisory_lock(7)');
    const observer = await enter('observer');
    const databases = await readDatabaseNames(observer);
    for (const exact of [false, true]) {
      const { waits, trees, sessions: seen } = await readLockWaits(observer, { databases, exact });
      expect(waits).toHaveLength(6);
      for (const wait of waits) {
        const { rows } = await admin.query('SELECT pg_blocking_pids($1) AS pids', [wait.pid]);
        expect(new Set(wait.blockedBy.map(({ by }) => Number(nameOf(by)))), inShort(wait)).toEqual(
          new Set(rows[0]?.['pids'] as number[]),
        );
      }
      expect(trees.map(({ root }) => nameOf(root))).toEqual([String(reader.pid)]);
      expect(trees[0]?.queue.map(({ pid, depth }) => [pid, depth])).toEqual([
        [change.pid, 1],
        ...others.map(({ pid }) => [pid, 2]),
        [writer.pid, 2],
        [locker.pid, 3],
      ]);
      expect(seen.find(({ pid }) => pid === reader.pid)).toMatchObject({
        state: 'idle in transaction',
        query: 'BEGIN; SELECT count(*) FROM orders',
        database: 'shop',
        hidden: false,
      });
      expect(seen.find(({ pid }) => pid === change.pid)).toMatchObject({ state: 'active', waitEventType: 'Lock' });
    }
  });

  it('without pg_monitor the chain is the same, and what others do is hidden', async () => {
    const [holder, waiter, nobody] = [await enter(), await enter('app'), await enter('nobody')];
    await holder.query('BEGIN; LOCK TABLE orders');
    await begin(waiter, 'SELECT * FROM orders');
    const databases = await readDatabaseNames(nobody);
    const { waits, sessions: seen } = await readLockWaits(nobody, { databases, exact: true });
    expect(waits.map(inShort)).toEqual([`${waiter.pid} < ${holder.pid} holds`]);
    expect(seen.find(({ pid }) => pid === holder.pid)).toMatchObject({ hidden: true, query: null, backendStart: null });
    expect(seen.find(({ pid }) => pid === nobody.pid)).toMatchObject({ hidden: false });
  });

  it('a prepared transaction is named by its gid', async () => {
    const [owner, waiter, observer] = [await enter(), await enter(), await enter('observer')];
    await owner
      .query(`BEGIN; INSERT INTO orders VALUES (7000, 'p'); PREPARE TRANSACTION 'pay 7'`)
      .catch(() => undefined);
    await begin(waiter, 'BEGIN; LOCK TABLE orders');
    const databases = await readDatabaseNames(observer);
    const { waits, trees, prepared } = await readLockWaits(observer, { databases, exact: true });
    expect(waits.map(inShort)).toEqual([`${waiter.pid} < prepared pay 7 holds`]);
    expect(trees.map(({ root }) => nameOf(root))).toEqual(['prepared pay 7']);
    expect(prepared).toMatchObject([{ gid: 'pay 7', owner: 'postgres', database: 'shop' }]);
    await (await enter()).query(`ROLLBACK PREPARED 'pay 7'`);
  });

  it.each(['pg_class', 'pg_attribute', 'pg_proc', 'pg_type', 'pg_namespace', 'pg_database', 'pg_authid'])(
    'a session that asked before sees the storm while %s is locked',
    async (catalog) => {
      const [storm, waiter, asked, elsewhere, cold] = [
        await enter(),
        await enter(),
        await enter('observer'),
        await enter('observer', 'postgres'),
        await enter('observer'),
      ];
      const databases = new Map([[1, 'one']]);
      for (const session of [asked, elsewhere]) await rehearseQuestions(session, databases);
      const needNotAsk = catalog === 'pg_class' || catalog === 'pg_attribute';
      await storm.query(`BEGIN; LOCK TABLE pg_catalog.${catalog} IN ACCESS EXCLUSIVE MODE`);
      await begin(waiter, `BEGIN; LOCK TABLE pg_catalog.${catalog} IN ACCESS SHARE MODE`);
      for (const session of [asked, elsewhere, ...(needNotAsk ? [cold] : [])]) {
        await session.query(`SET statement_timeout = '2s'`);
        const { waits } = await readLockWaits(session, { databases, exact: true });
        expect(waits.map(inShort)).toContain(`${waiter.pid} < ${storm.pid} holds`);
      }
      if (catalog === 'pg_class') expect(await readRelationNames(cold, [1259])).toBeNull();
    },
  );

  it('opens a session beside the storm, without adding to its queue', async () => {
    const [storm, waiter] = [await enter(), await enter()];
    await storm.query('BEGIN; LOCK TABLE pg_catalog.pg_class IN ACCESS EXCLUSIVE MODE');
    await begin(waiter, 'BEGIN; LOCK TABLE pg_catalog.pg_class IN ACCESS SHARE MODE');
    await using opened = await openActivitySession(plan('observer'), { applicationName: 'test watch' });
    expect(opened).toMatchObject({ database: 'shop', watchedFrom: 'postgres', notes: [] });
    const { waits, sessions: seen } = await readLockWaits(opened.session, { databases: opened.databases, exact: true });
    // An autovacuum may happen to come to the same tables.
    const clients = new Set(seen.flatMap(({ pid, backendType }) => (backendType === 'client backend' ? [pid] : [])));
    expect(waits.map(({ pid }) => pid).filter((pid) => clients.has(pid))).toEqual([waiter.pid]);
    expect((await readRelationNames(opened.session, [1259]))?.get(1259)).toBe('pg_catalog.pg_class');
  });

  it('goes another way when the maintenance database is the one that is locked, and says when there is none', async () => {
    const options = { applicationName: 'test watch', connectTimeoutMs: 500 };
    const inside = await enter('postgres', 'postgres');
    await inside.query('BEGIN; LOCK TABLE pg_catalog.pg_class IN ACCESS EXCLUSIVE MODE');
    {
      await using opened = await openActivitySession(plan('observer', 'postgres'), options);
      expect(opened).toMatchObject({
        watchedFrom: 'template1',
        notes: [expect.stringContaining('seen from template1')],
      });
    }
    await inside.query('ROLLBACK; BEGIN; LOCK TABLE pg_catalog.pg_authid IN ACCESS EXCLUSIVE MODE');
    await expect(openActivitySession(plan('observer'), options)).rejects.toMatchObject({
      code: 'connection-failed',
      remedy: expect.stringContaining('pg_authid'),
    });
    await inside.query('ROLLBACK');
    await expect(openActivitySession(plan('observer', 'nowhere'), options)).rejects.toMatchObject({
      sqlState: '3D000',
    });
    await expect(openActivitySession(plan('stranger'), options)).rejects.toMatchObject({ sqlState: '28000' });
  });

  it('signals the backend that was seen, and no other under its pid; the right to is said', async () => {
    const [idle, operator, observer] = [await enter('app'), await enter('operator'), await enter('observer')];
    const [seen] = await readSessions(operator, new Map(), idle.pid);
    if (seen === undefined) throw new Error('the session is there');
    const another = { ...seen, backendStart: '2020-01-01T00:00:00.000000Z' };
    expect(await signalBackend(operator, 'terminate', another)).toBe(false);
    expect(idle.closed).toBe(false);
    await expect(signalBackend(observer, 'terminate', seen)).rejects.toMatchObject({
      code: 'query-failed',
      sqlState: '42501',
      remedy: expect.stringContaining('GRANT pg_signal_backend TO observer'),
    });
    expect(await signalBackend(operator, 'terminate', seen)).toBe(true);
    await expect.poll(() => idle.closed).toBe(true);
    expect(await signalBackend(operator, 'terminate', seen)).toBe(false);
  });
});
