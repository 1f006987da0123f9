import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Cluster, startCluster } from '../../../src/foundation/postgres/server/cluster.js';
import { connect } from '../../../src/foundation/postgres/session.js';
import { findingsOf } from '../../../src/model/verify-report.js';
import { inLines, openVerifyBench } from './verify-bench.js';

describe.each([15, 16, 17, 18] as const)('on PostgreSQL %i', (major) => {
  let cluster: Cluster;
  let bench: Awaited<ReturnType<typeof openVerifyBench>>;

  beforeAll(async () => {
    cluster = await startCluster({ major, serverBin: null });
    bench = await openVerifyBench(cluster);
    await using session = await connect(cluster.connection(), { applicationName: 'test' });
    await session.query('CREATE DATABASE whole');
    await using whole = await connect(cluster.connection('whole'), { applicationName: 'test' });
    await whole.query(`CREATE EXTENSION amcheck; CREATE TABLE t (id int, word text);
      INSERT INTO t SELECT g, md5(g::text) FROM generate_series(1, 2000) g;
      CREATE INDEX words ON t (word); CREATE TABLE u AS SELECT * FROM t;
      CREATE TABLE v AS SELECT * FROM t; CREATE INDEX ids ON v (id);
      CREATE TABLE s AS SELECT int4range(id, id + 1) AS span FROM t; CREATE INDEX spans ON s USING gist (span)`);
  });
  afterAll(async () => {
    await bench?.[Symbol.asyncDispose]();
    await cluster?.[Symbol.asyncDispose]();
  });

  test('a broken page of an index, one in a table, and an index that lost a row are errors that name them', async () => {
    // The files of a copied database are on the disk and in no cache: what is written to them now is what the server reads.
    await using session = await connect(cluster.connection(), { applicationName: 'test' });
    await session.query('CREATE DATABASE broken TEMPLATE whole STRATEGY file_copy');
    await using broken = await connect(cluster.connection('broken'), { applicationName: 'test' });
    const { rows } = await broken.query(
      `SELECT pg_relation_filepath('words') AS words, pg_relation_filepath('u') AS u, pg_relation_filepath('spans') AS spans`,
    );
    const damage = (path: unknown, at: number) => {
      const file = openSync(join(cluster.dataDir, String(path)), 'r+');
      writeSync(file, Buffer.alloc(4096, 'x'), 0, 4096, at);
      closeSync(file);
    };
    damage(rows[0]?.['words'], 2 * 8192);
    damage(rows[0]?.['u'], 3 * 8192);
    damage(rows[0]?.['spans'], 2 * 8192);
    const build = (done: boolean) => `UPDATE pg_index SET indisready = ${done} WHERE indexrelid = 'ids'::regclass`;
    await broken.query(build(false));
    await broken.query(`INSERT INTO v VALUES (5000, 'late')`);
    await broken.query(build(true));
    const url = bench.url('postgres').replace('dbname=postgres', 'dbname=broken');
    const report = await bench.run({ database: { database: url, target: null } });
    const lines = inLines(report);
    expect(lines).toContain('error indexes-sound public.t public.words null');
    expect(lines).toContain('error heap-sound public.u null null');
    expect(lines).toContain('error indexes-complete public.s public.spans null');
    expect(lines).toContain('error indexes-sound public.v public.ids null');
    expect(report.verdict).toBe('failed');
    expect(
      findingsOf(report)
        .map(({ message }) => message)
        .join('\n'),
    ).toMatch(/invalid page in block 2/);
    const twin = await bench.run({ database: { database: url.replace('broken', 'whole'), target: null } });
    expect(inLines(twin)).toEqual([]);
  });
});
