import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readSchema } from '../../../src/foundation/catalog/read-schema.js';
import { connect } from '../../../src/foundation/postgres/session.js';
import { type CataloguedServer, majors, startCataloguedServer } from './catalogued-server.js';

describe.each(majors)('PostgreSQL %i', (major) => {
  let server: CataloguedServer;
  beforeAll(async () => {
    server = await startCataloguedServer(major);
  });
  afterAll(() => server?.[Symbol.asyncDispose]());

  test('the server and the search path', () => {
    const { schema } = server;
    expect(schema.major).toBe(major);
    expect(schema.searchPath).toEqual(['public']);
  });

  test('roles and time zone are those of the session', async () => {
    const { session } = server;
    await session.query(`SET TimeZone TO 'Asia/Tokyo'; SET ROLE pg_monitor`);
    const { currentUser, sessionUser, timeZone } = await readSchema(session);
    await session.query('RESET ROLE; RESET TimeZone');
    expect([currentUser, sessionUser, timeZone]).toEqual(['pg_monitor', session.target.user, 'Asia/Tokyo']);
  });

  test('the search path is that of the session', async () => {
    const { session } = server;
    await session.query('SET search_path = side, missing, pg_catalog, public');
    expect((await readSchema(session)).searchPath).toEqual(['side', 'public']);
    await session.query('RESET search_path');
  });

  test('temporary tables of the own session, and of no other', async () => {
    const { cluster, schema } = server;
    const own = schema.relations.find((one) => one.relname === 'scratch');
    expect(own).toMatchObject({ persistence: 'temporary', kind: 'table', schema: expect.stringMatching(/^pg_temp_/) });
    await using other = await connect(cluster.connection(), { applicationName: 'other' });
    expect((await readSchema(other)).relations.some((one) => one.relname === 'scratch')).toBe(false);
  });

  test('a dropped column is gone', async () => {
    const { session } = server;
    await session.query('BEGIN; ALTER TABLE numbers DROP COLUMN b');
    const numbers = (await readSchema(session)).relations.find((one) => one.name === 'public.numbers');
    await session.query('ROLLBACK');
    expect(numbers?.columns.map(({ name, number }) => `${number} ${name}`)).toEqual(['1 a', '3 c', '4 d']);
  });

  test('who has no rights reads the same', async () => {
    const { cluster } = server;
    await using other = await connect(cluster.connection(), { applicationName: 'other' });
    const asOwner = await readSchema(other);
    await other.query('CREATE ROLE nobody_special; SET ROLE nobody_special');
    const { dependencies, objects, ...rest } = await readSchema(other);
    expect({ ...rest, currentUser: asOwner.currentUser }).toEqual({
      ...asOwner,
      dependencies: undefined,
      objects: undefined,
    });
    expect(dependencies).toEqual(asOwner.dependencies);
    expect(objects.filter((one) => one.catalog !== 'pg_authid')).toEqual(
      asOwner.objects.filter((one) => one.catalog !== 'pg_authid'),
    );
  });

  test('a lock is waited for only where a definition has to be written down', async () => {
    const { cluster, session } = server;
    await using other = await connect(cluster.connection(), { applicationName: 'other' });
    await other.query("SET lock_timeout = '200ms'");
    const readWhileLocked = async (tables: string): Promise<unknown> => {
      await session.query(`BEGIN; LOCK TABLE ${tables} IN ACCESS EXCLUSIVE MODE`);
      const answer = await readSchema(other).then(
        (seen) => seen.relations.length,
        (error: { readonly code?: string }) => error.code,
      );
      await session.query('ROLLBACK');
      return answer;
    };
    const all = (await readSchema(other)).relations.length;
    expect(await readWhileLocked('archive, empty_table, regions_north, cache_child')).toBe(all);
    expect(await readWhileLocked('numbers')).toBe('55P03');
  });

  test('what it locks for a SQL-standard body is all that stays locked', async () => {
    const { session } = server;
    await session.query('BEGIN');
    await readSchema(session);
    const { rows } = await session.query(
      `SELECT relation::regclass::text AS relation, mode FROM pg_catalog.pg_locks
       WHERE pid = pg_catalog.pg_backend_pid() AND relation >= 16384`,
    );
    await session.query('ROLLBACK');
    expect(rows).toEqual([{ relation: 'orders', mode: 'AccessShareLock' }]);
  });
});
