import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checksumTables } from '../../../src/foundation/integrity/checksum-tables.js';
import { readSettled } from '../../../src/foundation/integrity/unwritten-tables.js';
import { findDataDifferences } from '../../../src/foundation/integrity/find-data-differences.js';
import { type Cluster, startCluster } from '../../../src/foundation/postgres/server/cluster.js';
import { connect, type Session } from '../../../src/foundation/postgres/session.js';

const schema = `
  CREATE TABLE plain (id int, a text, b double precision, at timestamptz, raw bytea, doc jsonb, sum int GENERATED ALWAYS AS (id * 2) STORED);
  INSERT INTO plain SELECT i, 'a' || i, i / 3.0, '2024-01-01 12:00+02', '\\x00ff', '{"a": 1}' FROM generate_series(1, 50) i;
  CREATE TABLE empty (id int);
  CREATE TABLE "odd ""name" ("column ""x" int);
  INSERT INTO "odd ""name" VALUES (1), (1), (NULL);
  CREATE TABLE parted (id int, day date) PARTITION BY RANGE (day);
  CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
  CREATE TABLE parted_2 PARTITION OF parted DEFAULT;
  INSERT INTO parted VALUES (1, '2024-05-05'), (2, '2030-05-05');
  CREATE TABLE parent (id int);
  CREATE TABLE child (extra int) INHERITS (parent);
  INSERT INTO parent VALUES (1);
  INSERT INTO child VALUES (2, 3);
  CREATE UNLOGGED TABLE quick (id int);
  INSERT INTO quick VALUES (1);
  CREATE MATERIALIZED VIEW totals AS SELECT count(*) AS n FROM plain;
  CREATE MATERIALIZED VIEW never AS SELECT 1 AS one WITH NO DATA;
  CREATE TABLE narrow ();
  INSERT INTO narrow DEFAULT VALUES;
  CREATE TEMP TABLE passing (id int)`;

describe.each([15, 18] as const)('on PostgreSQL %i', (major) => {
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

  const around = async (change: string) => {
    const since = String(await readSettled(session));
    const before = await checksumTables(session);
    await session.query('BEGIN');
    try {
      await session.query(change);
      const after = await checksumTables(session, before);
      expect(await checksumTables(session, before, { tables: before, since })).toEqual(after);
      return findDataDifferences(before, after);
    } finally {
      await session.query('ROLLBACK');
    }
  };

  it('counts the rows of everything that holds rows', async () => {
    const tables = await checksumTables(session);
    expect(Object.fromEntries(tables.map(({ relation, rows }) => [relation, rows]))).toEqual({
      'pg_catalog.pg_largeobject': 0,
      'public."odd ""name"': 3,
      'public.child': 1,
      'public.empty': 0,
      'public.narrow': 1,
      'public.parent': 1,
      'public.parted_1': 1,
      'public.parted_2': 1,
      'public.plain': 50,
      'public.quick': 1,
      'public.totals': 1,
    });
  });

  it.each([
    ['nothing at all', 'SELECT 1', []],
    [
      'rows that were written anew in another order',
      'CREATE TEMP TABLE t AS SELECT * FROM parted ORDER BY id DESC; DELETE FROM parted; INSERT INTO parted SELECT * FROM t; UPDATE quick SET id = id',
      [],
    ],
    [
      'a column that is dropped and comes back at the end',
      'ALTER TABLE plain ADD x text; UPDATE plain SET x = a; ALTER TABLE plain DROP a; ALTER TABLE plain RENAME x TO a',
      [],
    ],
    ['a new column', 'ALTER TABLE plain ADD COLUMN c int DEFAULT 5', []],
    [
      'a changed byte',
      "UPDATE plain SET raw = '\\x01ff' WHERE id = 7",
      [{ kind: 'values', relation: 'public.plain', rows: 50 }],
    ],
    [
      'two values that changed places',
      'UPDATE plain SET a = CASE id WHEN 1 THEN $$a2$$ ELSE $$a1$$ END WHERE id < 3',
      [{ kind: 'values', relation: 'public.plain', rows: 50 }],
    ],
    [
      'an empty text in place of NULL',
      `UPDATE "odd ""name" SET "column ""x" = 0 WHERE "column ""x" IS NULL`,
      [{ kind: 'values', relation: 'public."odd ""name"', rows: 3 }],
    ],
    [
      'one of two equal rows',
      `DELETE FROM "odd ""name" WHERE ctid = '(0,1)'`,
      [{ kind: 'count', relation: 'public."odd ""name"', rowsBefore: 3, rowsAfter: 2 }],
    ],
    [
      'a dropped column',
      'ALTER TABLE plain DROP COLUMN doc',
      [{ kind: 'columns-gone', relation: 'public.plain', columns: ['doc'], rowsBefore: 50 }],
    ],
    ['a dropped table', 'DROP TABLE narrow', [{ kind: 'table-gone', relation: 'public.narrow', rowsBefore: 1 }]],
    ['a dropped table without rows', 'DROP TABLE empty', []],
    [
      'a truncated partition',
      'TRUNCATE parted_2',
      [{ kind: 'count', relation: 'public.parted_2', rowsBefore: 1, rowsAfter: 0 }],
    ],
    [
      'a materialised view',
      'DELETE FROM plain WHERE id = 50; REFRESH MATERIALIZED VIEW totals',
      [
        { kind: 'count', relation: 'public.plain', rowsBefore: 50, rowsAfter: 49 },
        { kind: 'values', relation: 'public.totals', rows: 1 },
      ],
    ],
    [
      'a large object',
      "SELECT lo_from_bytea(0, 'x')",
      [{ kind: 'count', relation: 'pg_catalog.pg_largeobject', rowsBefore: 0, rowsAfter: 1 }],
    ],
  ] as const)('tells %s', async (_, change, differences) => {
    expect(await around(change)).toEqual(differences);
  });

  it('does not depend on settings, and leaves them and the transaction alone', async () => {
    const plain = await checksumTables(session);
    await session.query(
      "BEGIN; SET datestyle = 'German'; SET timezone = 'Asia/Tokyo'; SET extra_float_digits = -3; SET bytea_output = 'escape'",
    );
    expect(await checksumTables(session)).toEqual(plain);
    const { rows } = await session.query("SELECT current_setting('timezone') AS zone");
    expect(rows[0]?.['zone']).toBe('Asia/Tokyo');
    expect(session.transactionStatus).toBe('open');
    await session.query('ROLLBACK');
    expect(session.transactionStatus).toBe('idle');
  });
});
