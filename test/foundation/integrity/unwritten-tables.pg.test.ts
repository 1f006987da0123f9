import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checksumTables } from '../../../src/foundation/integrity/checksum-tables.js';
import { readSettled } from '../../../src/foundation/integrity/unwritten-tables.js';
import { type Cluster, startCluster } from '../../../src/foundation/postgres/server/cluster.js';
import { connect, type Session } from '../../../src/foundation/postgres/session.js';

const schema = `
  CREATE TABLE still (id int, at timestamptz, words text[]);
  INSERT INTO still VALUES (1, '2024-01-01', '{a,b}'), (2, NULL, NULL);
  CREATE TABLE busy (id int, note text);
  INSERT INTO busy SELECT i, 'n' || i FROM generate_series(1, 20) i;
  CREATE TYPE mood AS ENUM ('sad', 'glad');
  CREATE TABLE moods (mood mood);
  INSERT INTO moods VALUES ('sad');
  CREATE TABLE names (named regclass, many regclass[]);
  INSERT INTO names VALUES ('still', '{still}');
  CREATE TYPE pair AS (a int, b mood);
  CREATE DOMAIN kept AS mood;
  CREATE TABLE nested (pair pair, kept kept);
  INSERT INTO nested VALUES ((1, 'sad'), 'sad');`;

describe.each([15, 16, 17, 18] as const)('on PostgreSQL %i', (major) => {
  let cluster: Cluster;
  let session: Session;

  beforeAll(async () => {
    cluster = await startCluster({ major, serverBin: null });
    session = await connect(cluster.connection(), { applicationName: 'test' });
    await session.query(schema);
  });
  afterAll(async () => {
    await session?.[Symbol.asyncDispose]();
    await cluster?.[Symbol.asyncDispose]();
  });

  /** Names of the tables whose earlier checksum was taken over; what was told must be what hashing everything tells. */
  const takenOver = async (changes: readonly string[]) => {
    const since = String(await readSettled(session));
    const tables = await checksumTables(session);
    // Nobody can tell a checksum that was taken over from one that was read again but by what no reading gives.
    const marked = tables.map((table) => ({ ...table, checksum: `marked ${table.checksum}` }));
    await session.query('BEGIN');
    try {
      for (const change of changes) await session.query(change);
      const whole = await checksumTables(session);
      expect(await checksumTables(session, null, { tables, since })).toEqual(whole);
      const read = await checksumTables(session, null, { tables: marked, since });
      return read.filter(({ checksum }) => checksum?.startsWith('marked')).map(({ relation }) => relation);
    } finally {
      await session.query('ROLLBACK');
    }
  };

  it('takes over what nobody wrote, where nothing else decides how it is read', async () => {
    expect(await takenOver([])).toEqual(['public.busy', 'public.still']);
  });

  it.each([
    ['an update', ["UPDATE busy SET note = 'x' WHERE id = 7"]],
    ['an update to the same values', ['UPDATE busy SET note = note WHERE id = 7']],
    ['a row in place of another', ['DELETE FROM busy WHERE id = 1', "INSERT INTO busy VALUES (1, 'n1')"]],
    ['a row less', ['DELETE FROM busy WHERE id = 1']],
    [
      'a row that was locked, then deleted',
      ['SELECT * FROM busy FOR SHARE', 'SAVEPOINT s', 'DELETE FROM busy WHERE id = 2'],
    ],
    ['a write of a subtransaction', ['SAVEPOINT s', "UPDATE busy SET note = 'y' WHERE id = 3", 'RELEASE s']],
    [
      'a write of a block that catches errors',
      ["DO $$ BEGIN UPDATE busy SET note = 'z' WHERE id = 1; EXCEPTION WHEN others THEN NULL; END $$"],
    ],
    ['other rows, as many', ['TRUNCATE busy', 'INSERT INTO busy SELECT i, NULL FROM generate_series(1, 20) i']],
    [
      'a column of the same name with a default',
      ['ALTER TABLE busy DROP note', "ALTER TABLE busy ADD note text DEFAULT 'd'"],
    ],
    ['another type in the same file', ['ALTER TABLE busy ALTER note TYPE varchar']],
    ['a file written anew', ['ALTER TABLE busy ALTER id TYPE bigint']],
    [
      'two columns that changed names',
      ['ALTER TABLE busy RENAME id TO x', 'ALTER TABLE busy RENAME note TO id', 'ALTER TABLE busy RENAME x TO note'],
    ],
    [
      'another table of the name',
      ['ALTER TABLE busy RENAME TO old', 'CREATE TABLE busy (LIKE old)', 'INSERT INTO busy SELECT * FROM old'],
    ],
  ])('reads again after %s', async (_, changes) => {
    expect(await takenOver(changes)).toEqual(['public.still']);
  });

  it('takes over what a savepoint gave back', async () => {
    const changes = ['SAVEPOINT s', 'DELETE FROM busy', 'ROLLBACK TO s'];
    expect(await takenOver(changes)).toEqual(['public.busy', 'public.still']);
  });

  it('sees values that change with no row written', async () => {
    const changes = ["ALTER TYPE mood RENAME VALUE 'sad' TO 'blue'", 'ALTER TABLE still RENAME TO quiet'];
    expect(await takenOver(changes)).toEqual(['public.busy']);
  });

  it('sees what another session commits', async () => {
    const since = String(await readSettled(session));
    const tables = await checksumTables(session);
    const other = await connect(cluster.connection(), { applicationName: 'other' });
    await other.query("UPDATE busy SET note = 'other' WHERE id = 5");
    await other[Symbol.asyncDispose]();
    const read = await checksumTables(session, null, { tables, since });
    expect(read).toEqual(await checksumTables(session));
    expect(read).not.toEqual(tables);
  });

  it('counts a transaction of another session that is still open as one to come', async () => {
    const other = await connect(cluster.connection(), { applicationName: 'other' });
    await other.query("BEGIN; UPDATE busy SET note = 'late' WHERE id = 6");
    const since = String(await readSettled(session));
    const tables = await checksumTables(session);
    await other.query('COMMIT');
    await other[Symbol.asyncDispose]();
    expect(await checksumTables(session, null, { tables, since })).toEqual(await checksumTables(session));
  });

  it('settles nothing while the own transaction has written', async () => {
    await session.query('BEGIN');
    expect(await readSettled(session)).toMatch(/^\d+$/);
    await session.query('SAVEPOINT s; DELETE FROM busy');
    expect(await readSettled(session)).toBeNull();
    await session.query('ROLLBACK');
  });
});
