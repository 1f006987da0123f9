import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Cluster, startCluster } from '../../../src/foundation/postgres/server/cluster.js';
import { connect, type Session } from '../../../src/foundation/postgres/session.js';
import { fillRows } from '../../../src/foundation/stage/fill-rows.js';
import { nastySchema } from './nasty-schema.js';

let cluster: Cluster;
let session: Session;

beforeAll(async () => {
  cluster = await startCluster({ major: 17, serverBin: null });
  session = await connect(cluster.connection(), { applicationName: 'fill test' });
});

afterAll(async () => {
  await session?.[Symbol.asyncDispose]();
  await cluster?.stop();
});

/** Puts the script into a new schema and fills it. */
async function fillSchema(schema: string, script: string, rowsPerTable: number) {
  await session.query(`CREATE SCHEMA ${schema}; SET search_path = ${schema}`);
  await session.query(script);
  return fillRows(session, { rowsPerTable, schemas: [schema] });
}

async function readNumber(sql: string): Promise<number> {
  return Number((await session.query(sql)).rows[0]?.['n']);
}

/** Every foreign key is dropped and made again: then the server itself looks at all rows. */
async function recheckForeignKeys(schema: string): Promise<number> {
  const { rows } = await session.query(
    `SELECT format('ALTER TABLE %1$s DROP CONSTRAINT %2$I, ADD CONSTRAINT %2$I %3$s', conrelid::regclass, conname, pg_get_constraintdef(oid)) AS again
       FROM pg_constraint
      WHERE contype = 'f' AND conparentid = 0 AND connamespace = $1::regnamespace`,
    [schema],
  );
  for (const row of rows) await session.query(String(row['again']));
  return rows.length;
}

describe('fillRows', () => {
  test('fills a schema full of traps, and the server agrees with every foreign key', async () => {
    const filled = await fillSchema('nasty', nastySchema, 200);
    expect(filled.filter(({ shortfall }) => shortfall !== null)).toEqual([]);
    for (const { relation, inserted } of filled) {
      expect([relation, inserted]).toEqual([relation, 200]);
      expect([relation, await readNumber(`SELECT count(*) AS n FROM ${relation}`)]).toEqual([relation, 200]);
    }
    expect(await recheckForeignKeys('nasty')).toBe(10);
    expect(await readNumber('SELECT count(*) AS n FROM log')).toBe(200);
    expect(await readNumber('SELECT count(*) AS n FROM users WHERE manager_id IS NOT NULL')).toBeGreaterThan(100);
    expect(await readNumber('SELECT count(DISTINCT author) AS n FROM books')).toBeGreaterThan(100);
    expect(await readNumber('SELECT count(*) AS n FROM authors WHERE favourite IS NOT NULL')).toBeGreaterThan(100);
    expect(await readNumber('SELECT count(*) AS n FROM events_2002')).toBe(100);
    expect(await readNumber('SELECT count(DISTINCT status) AS n FROM checked')).toBe(2);
    const empty = `SELECT count(*) AS n FROM pg_stats WHERE schemaname = 'nasty' AND tablename = 'every_type' AND null_frac = 1`;
    expect(await readNumber(empty)).toBe(0);
  });

  test('leaves the rows that are there, and moves their sequences', async () => {
    const script = `
      CREATE TABLE loaded (id serial PRIMARY KEY, name text NOT NULL UNIQUE);
      CREATE TABLE full_table (id int PRIMARY KEY);
      CREATE TABLE tool_state (version int PRIMARY KEY);
      INSERT INTO loaded SELECT n, 'text ' || n FROM generate_series(1, 10) AS n;
      INSERT INTO full_table SELECT generate_series(1, 50)`;
    await session.query(`CREATE SCHEMA existing; SET search_path = existing; ${script}`);
    const exclude = ['existing.tool_state'];
    const filled = await fillRows(session, { rowsPerTable: 30, schemas: ['existing'], exclude });
    expect(filled).toEqual([
      { relation: 'existing.full_table', existing: 31, inserted: 0, shortfall: null },
      { relation: 'existing.loaded', existing: 10, inserted: 20, shortfall: null },
    ]);
    expect(await readNumber("SELECT count(*) AS n FROM loaded WHERE id <= 10 AND name = 'text ' || id")).toBe(10);
    expect(await readNumber("SELECT nextval('loaded_id_seq') AS n")).toBe(31);
    const fresh = await session.query('SHOW session_replication_role');
    expect(fresh.rows[0]).toEqual({ session_replication_role: 'origin' });
  });

  test('says of every table that it could not fill why', async () => {
    const script = `
      CREATE TYPE two AS ENUM ('a', 'b');
      CREATE TABLE narrow (choice two PRIMARY KEY);
      CREATE TABLE impossible (n int NOT NULL CHECK (n > 5 AND n < 3));
      CREATE TABLE child_of_impossible (id int PRIMARY KEY, parent text NOT NULL);
      CREATE TABLE without_partitions (n int) PARTITION BY RANGE (n);
      CREATE TABLE parent (id text PRIMARY KEY CHECK (id ~ '^(?!x)x'));
      ALTER TABLE child_of_impossible ADD FOREIGN KEY (parent) REFERENCES parent`;
    const filled = await fillSchema('unfillable', script, 20);
    const shortfalls = Object.fromEntries(
      filled.map(({ relation, inserted, shortfall }) => [relation, [inserted, shortfall]]),
    );
    expect(shortfalls).toEqual({
      'unfillable.narrow': [2, 'its unique keys have room for 2 rows only'],
      'unfillable.impossible': [
        0,
        expect.stringMatching(/^no value was found for column n \(integer\) that satisfies check /),
      ],
      'unfillable.parent': [0, expect.stringContaining('check parent_id_check')],
      'unfillable.child_of_impossible': [0, 'unfillable.parent, which it refers to, has no rows'],
      'unfillable.without_partitions': [0, 'it has no partitions'],
    });
  });

  test('makes the same rows from the same seed, and others from another', async () => {
    const digest = async (schema: string, seed: number) => {
      await session.query(`CREATE SCHEMA ${schema}; CREATE TABLE ${schema}.t (u uuid PRIMARY KEY, b boolean NOT NULL)`);
      await fillRows(session, { rowsPerTable: 50, schemas: [schema], seed });
      return (await session.query(`SELECT md5(string_agg(t::text, ',' ORDER BY u)) AS digest FROM ${schema}.t`))
        .rows[0]?.['digest'];
    };
    const first = await digest('seed_a', 1);
    expect(await digest('seed_b', 1)).toBe(first);
    expect(await digest('seed_c', 2)).not.toBe(first);
  });
});
