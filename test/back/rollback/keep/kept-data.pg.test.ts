import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { chooseKept, dropKeptTables } from '../../../../src/back/rollback/keep/drop-kept.js';
import { makeKeepSchema, registerKept } from '../../../../src/back/rollback/keep/keep-schema.js';
import type { KeptTable } from '../../../../src/back/rollback/keep/kept-table.js';
import { listKept } from '../../../../src/back/rollback/keep/list-kept.js';
import { type Cluster, startCluster } from '../../../../src/foundation/postgres/server/cluster.js';
import { connect, type Session } from '../../../../src/foundation/postgres/session.js';

const keep = (session: Session, name: string, { change, days }: { readonly change: string; readonly days: number }) => {
  const place = `lockkeeper_keep.${name}`;
  const table = { relation: 'public.users' } as KeptTable;
  return session.query(
    `CREATE TABLE ${place} AS SELECT * FROM users; ${registerKept(table, place, { change, days, rows: 100 })}`,
  );
};

describe.each([15, 18] as const)('on PostgreSQL %i', (major) => {
  let cluster: Cluster;
  let session: Session;

  beforeAll(async () => {
    cluster = await startCluster({ major, serverBin: null, settings: { wal_level: 'logical' } });
    session = await connect(cluster.connection(), { applicationName: 'kept data' });
  });
  afterAll(async () => {
    await session?.[Symbol.asyncDispose]();
    await cluster?.[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    await session.query(`DROP SCHEMA IF EXISTS lockkeeper_keep CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public;
      DROP PUBLICATION IF EXISTS everything; ${makeKeepSchema.join('; ')};
      CREATE TABLE users (id int PRIMARY KEY, email text, n int); INSERT INTO users VALUES (1, 'a', 1), (2, 'b', 2)`);
    await keep(session, 'a', { change: '0001', days: 30 });
    await keep(session, 'a_outcome', { change: '0001', days: 30 });
    await keep(session, 'b', { change: '0002', days: 10 });
    await session.query(`UPDATE lockkeeper_keep.kept SET expires_at = now() WHERE place = 'lockkeeper_keep.b'`);
  });

  const there = async () =>
    (
      await session.query(
        `SELECT relname FROM pg_class WHERE relnamespace = 'lockkeeper_keep'::regnamespace AND relkind = 'r' AND relname <> 'kept' ORDER BY 1`,
      )
    ).rows.map((row) => row['relname']);
  const listed = async () =>
    (await session.query('SELECT place FROM lockkeeper_keep.kept ORDER BY 1')).rows.map((row) => row['place']);

  test('tells of each table where it is from, its size, its end, and who else can see or hold it', async () => {
    await session.query(`CREATE PUBLICATION everything FOR ALL TABLES;
      CREATE TABLE lockkeeper_keep.moved (id int PRIMARY KEY); CREATE TABLE orders (user_id int REFERENCES lockkeeper_keep.moved);
      DROP TABLE lockkeeper_keep.a_outcome`);
    const entries = (await listKept(session)).map(({ entry }) => entry);
    expect(entries.map(({ id, state, expired }) => [id, state, expired])).toEqual([
      ['b', 'kept', true],
      ['a', 'kept', false],
      ['a_outcome', 'missing', false],
      ['moved', 'unlisted', false],
    ]);
    expect(entries[1]).toMatchObject({
      change: '0001',
      relation: 'public.users',
      rows: 2,
      restoredAt: null,
      personalData: ['email'],
      publications: ['everything'],
      referencedBy: [],
    });
    expect(entries[1]?.bytes).toBeGreaterThanOrEqual(8192);
    const [keptAt, expiresAt] = [entries[1]?.keptAt, entries[1]?.expiresAt].map((text) => Date.parse(text ?? ''));
    expect((expiresAt ?? 0) - (keptAt ?? 0)).toBe(30 * 86_400_000);
    expect(entries[3]).toMatchObject({
      change: null,
      rows: null,
      expiresAt: null,
      referencedBy: [{ relation: 'public.orders', constraint: 'orders_user_id_fkey' }],
    });
  });

  test('opens no relation that is locked, but for the list itself', async () => {
    await using other = await connect(cluster.connection(), { applicationName: 'in the way' });
    await other.query('BEGIN; LOCK TABLE lockkeeper_keep.a, users IN ACCESS EXCLUSIVE MODE');
    await session.query(`SET lock_timeout = '200ms'`);
    expect(await listKept(session)).toHaveLength(3);
    await session.query('RESET lock_timeout');
  });

  test('drops what has expired, and nothing else', async () => {
    const chosen = chooseKept(await listKept(session), { kind: 'expired' });
    await dropKeptTables(session, chosen);
    expect(await there()).toEqual(['a', 'a_outcome']);
    expect(await listed()).toEqual(['lockkeeper_keep.a', 'lockkeeper_keep.a_outcome']);
  });

  test('drops by the name of one table all that belongs to it, and by the change', async () => {
    const kept = await listKept(session);
    expect(chooseKept(kept, { kind: 'named', ids: ['0002'] }).map(({ entry }) => entry.id)).toEqual(['b']);
    await dropKeptTables(session, chooseKept(kept, { kind: 'named', ids: ['a_outcome'] }));
    expect(await there()).toEqual(['b']);
    expect(() => chooseKept(kept, { kind: 'named', ids: ['nothing'] })).toThrow('Nothing is kept under nothing');
  });

  test('is all or nothing: one table in use keeps all of them, and the error says so', async () => {
    const kept = await listKept(session);
    await using other = await connect(cluster.connection(), { applicationName: 'pg_dump' });
    await other.query('BEGIN; LOCK TABLE lockkeeper_keep.a IN ACCESS SHARE MODE');
    await expect(dropKeptTables(session, kept)).rejects.toMatchObject({
      effect: 'rolled-back',
      sqlState: '55P03',
      remedy: expect.stringContaining('when they are done'),
    });
    expect(await there()).toEqual(['a', 'a_outcome', 'b']);
    expect(await listed()).toHaveLength(3);
    expect(session.transactionStatus).toBe('idle');
  });

  test('drops nothing that took the place of what was shown', async () => {
    const shown = await listKept(session);
    await session.query(`DROP TABLE lockkeeper_keep.b; CREATE TABLE lockkeeper_keep.b (id int)`);
    await expect(dropKeptTables(session, shown)).rejects.toMatchObject({ effect: 'rolled-back' });
    await session.query(`UPDATE lockkeeper_keep.kept SET kept_at = now() + interval '1 second'`);
    await expect(dropKeptTables(session, await listKept(session).then((now) => now.slice(1)))).resolves.toBeUndefined();
    expect(await there()).toEqual(['b']);
  });

  test('refuses what a foreign key still refers to, with the statement that lets go of it', async () => {
    await session.query(
      `ALTER TABLE lockkeeper_keep.a ADD PRIMARY KEY (id); CREATE TABLE orders (user_id int REFERENCES lockkeeper_keep.a)`,
    );
    await expect(dropKeptTables(session, await listKept(session))).rejects.toMatchObject({
      effect: 'none',
      remedy: expect.stringContaining('ALTER TABLE public.orders DROP CONSTRAINT orders_user_id_fkey;'),
    });
    expect(await there()).toEqual(['a', 'a_outcome', 'b']);
  });
});
