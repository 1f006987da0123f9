import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { transactionBlock } from '../../../src/foundation/effects/transaction-block.js';
import { type Cluster, startCluster } from '../../../src/foundation/postgres/server/cluster.js';
import { connect, type Session } from '../../../src/foundation/postgres/session.js';
import { loadParser, parseStatement } from '../../../src/foundation/sql/parse.js';

const setup = `
  CREATE TABLE t (id int PRIMARY KEY, a int);
  CREATE INDEX i ON t (a);
  CLUSTER t USING i;
  CREATE TABLE p (id int PRIMARY KEY) PARTITION BY RANGE (id);
  CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (9);
  CREATE MATERIALIZED VIEW m AS SELECT 1 AS x;
  CREATE UNIQUE INDEX mi ON m (x);
  CREATE TYPE e AS ENUM ('a');
  CREATE SUBSCRIPTION s1 CONNECTION 'host=/nowhere' PUBLICATION q WITH (connect = false, slot_name = 'x');
  ALTER SUBSCRIPTION s1 ENABLE;
  CREATE SUBSCRIPTION s2 CONNECTION 'host=/nowhere' PUBLICATION q WITH (connect = false, slot_name = 'y')`;

const statements = [
  'CREATE INDEX CONCURRENTLY z ON t (a)',
  'CREATE INDEX z ON t (a)',
  'DROP INDEX CONCURRENTLY i',
  'DROP INDEX i',
  'REINDEX TABLE t',
  'REINDEX TABLE CONCURRENTLY t',
  'REINDEX (CONCURRENTLY) INDEX i',
  'REINDEX (CONCURRENTLY false) TABLE t',
  'REINDEX SCHEMA public',
  'REINDEX DATABASE postgres',
  'REINDEX SYSTEM postgres',
  'VACUUM t',
  'VACUUM (ANALYZE) t',
  'ANALYZE t',
  'CLUSTER',
  'CLUSTER t',
  'CREATE DATABASE d',
  'DROP DATABASE IF EXISTS d',
  'ALTER DATABASE postgres SET TABLESPACE pg_default',
  "ALTER DATABASE postgres SET work_mem = '4MB'",
  "CREATE TABLESPACE ts LOCATION '/nowhere'",
  'DROP TABLESPACE IF EXISTS ts',
  "ALTER SYSTEM SET work_mem = '4MB'",
  "CREATE SUBSCRIPTION s3 CONNECTION 'host=/nowhere' PUBLICATION q",
  "CREATE SUBSCRIPTION s3 CONNECTION 'host=/nowhere' PUBLICATION q WITH (connect = false)",
  "CREATE SUBSCRIPTION s3 CONNECTION 'host=/nowhere' PUBLICATION q WITH (create_slot = false)",
  'DROP SUBSCRIPTION s1',
  'ALTER SUBSCRIPTION s1 REFRESH PUBLICATION',
  'ALTER SUBSCRIPTION s1 SET PUBLICATION r',
  'ALTER SUBSCRIPTION s1 ADD PUBLICATION r',
  'ALTER SUBSCRIPTION s1 SET PUBLICATION r WITH (refresh = false)',
  'ALTER SUBSCRIPTION s1 DISABLE',
  'ALTER TABLE p DETACH PARTITION p1',
  'ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY',
  'REFRESH MATERIALIZED VIEW CONCURRENTLY m',
  'DISCARD ALL',
  'DISCARD PLANS',
  "ALTER TYPE e ADD VALUE 'b'",
  "COMMIT PREPARED 'x'",
  "ROLLBACK PREPARED 'x'",
  'SAVEPOINT a',
  'CHECKPOINT',
];

/** Options of subscriptions that older servers do not know. */
const later: Readonly<Record<number, readonly string[]>> = {
  15: [],
  16: [],
  17: ['ALTER SUBSCRIPTION s2 SET (failover = true)'],
  18: [
    'ALTER SUBSCRIPTION s2 SET (failover = true)',
    'ALTER SUBSCRIPTION s2 SET (two_phase = false)',
    'ALTER SUBSCRIPTION s2 SET (two_phase = true)',
  ],
};

describe.each([15, 16, 17, 18] as const)('PostgreSQL %i', (major) => {
  let cluster: Cluster;
  let session: Session;

  beforeAll(async () => {
    await loadParser();
    cluster = await startCluster({ major, serverBin: null });
    session = await connect(cluster.connection(), { applicationName: 'transaction block test' });
    for (const sql of setup.split(';')) await session.query(sql);
  });

  afterAll(async () => {
    await session[Symbol.asyncDispose]();
    await cluster[Symbol.asyncDispose]();
  });

  test.each([...statements, ...(later[major] ?? [])])('%s', async (sql) => {
    const parsed = parseStatement(sql);
    await session.query('BEGIN');
    const code = await session.query(sql).then(
      () => null,
      (error: { readonly code?: string }) => error.code,
    );
    await session.query('ROLLBACK');
    expect(parsed.ok && transactionBlock(parsed.tree)).toBe(code === '25001' ? 'refused' : 'allowed');
  });
});
