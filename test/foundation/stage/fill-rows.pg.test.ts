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
    `SELECT conrelid::regclass::text AS child, conname, pg_get_constraintdef(oid) AS definition FROM pg_constraint
      WHERE contype = 'f' AND conparentid = 0 AND connamespace = $1::regnamespace`,
    [schema],
  );
  for (const { child, conname, definition } of rows) {
    await session.query(`ALTER TABLE ${child} DROP CONSTRAINT "${conname}", ADD CONSTRAINT "${conname}" ${definition}`);
  }
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
});
