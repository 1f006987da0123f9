import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Cluster, startCluster } from '../../../src/foundation/postgres/server/cluster.js';
import { connect, type Session } from '../../../src/foundation/postgres/session.js';
import { findingsOf } from '../../../src/model/verify-report.js';
import { inLines, openVerifyBench } from './verify-bench.js';

const data = `
  CREATE TABLE ledger (id bigint PRIMARY KEY, amount numeric, at timestamptz DEFAULT '2024-01-01Z', raw bytea DEFAULT '\\x00ff');
  INSERT INTO ledger SELECT g, g / 7.0 FROM generate_series(1, 40000) g;
  CREATE TABLE "by Text" (code text PRIMARY KEY, v int);
  INSERT INTO "by Text" SELECT md5(g::text), g FROM generate_series(1, 30000) g;
  CREATE TABLE keyless (v int); INSERT INTO keyless SELECT g % 10 FROM generate_series(1, 500) g;
  CREATE TABLE nothing (id int PRIMARY KEY);
  CREATE TABLE parted (id int PRIMARY KEY) PARTITION BY RANGE (id); CREATE TABLE parted_1 PARTITION OF parted DEFAULT;
  INSERT INTO parted SELECT generate_series(1, 100)`;

describe.each([15, 18] as const)('on PostgreSQL %i', (major) => {
  let cluster: Cluster;
  let session: Session;
  let bench: Awaited<ReturnType<typeof openVerifyBench>>;
  let before: string;

  beforeAll(async () => {
    cluster = await startCluster({ major, serverBin: null });
    session = await connect(cluster.connection(), { applicationName: 'test' });
    bench = await openVerifyBench(cluster);
    await session.query(data);
    await session.query('ANALYZE');
    before = join(bench.dir, 'before.json');
    const report = await bench.run({ action: { kind: 'snapshot', path: 'before.json' } });
    expect(report.snapshot).toMatchObject({ tables: 5, rows: 70_600, unread: [] });
    expect((await stat(before)).mode & 0o777).toBe(0o600);
  });
  afterAll(async () => {
    await session?.[Symbol.asyncDispose]();
    await bench?.[Symbol.asyncDispose]();
    await cluster?.[Symbol.asyncDispose]();
  });

  /** What a comparison with the snapshot finds after a change, which is undone by hand. */
  const after = async (change: string, undo: string, more: Parameters<typeof bench.run>[0] = {}) => {
    await session.query(change);
    try {
      return await bench.run({ action: { kind: 'compare', left: 'before.json', right: null }, ...more });
    } finally {
      await session.query(undo);
    }
  };

  test('rows that were only written anew, in another order, are the same', async () => {
    await session.query('CREATE TABLE copy AS SELECT * FROM ledger ORDER BY random()');
    const report = await after('TRUNCATE ledger; INSERT INTO ledger SELECT * FROM copy', 'DROP TABLE copy');
    expect(report.verdict).toBe('passed');
    expect(inLines(report)).toEqual([]);
    expect(report.comparison?.ranges).toBeGreaterThan(8);
    expect(report.notes.join(' ')).toContain('public.copy');
  });

  test('one changed byte is found with its range: changed since, or wrong where nothing may change', async () => {
    const change = `UPDATE ledger SET raw = '\\x01ff' WHERE id = 12345; UPDATE "by Text" SET v = v + 1 WHERE v = 77`;
    const undo = `UPDATE ledger SET raw = '\\x00ff' WHERE id = 12345; UPDATE "by Text" SET v = 77 WHERE code = md5('77')`;
    const free = await after(change, undo);
    expect(free.verdict).toBe('passed');
    expect(inLines(free)).toEqual([
      'info same-data public."by Text" null null',
      'info same-data public.ledger null null',
    ]);
    const path = join(bench.dir, 'lockkeeper.yaml');
    const target = { url: bench.url('postgres'), verify: { immutable: ['public.ledger'] } };
    await writeFile(path, JSON.stringify({ targets: { here: target } }));
    const declared = await after(change, undo, { configPath: path, database: { database: null, target: 'here' } });
    expect(inLines(declared)).toEqual([
      'error same-data public.ledger null null',
      'info same-data public."by Text" null null',
    ]);
    const [wrong] = findingsOf(declared);
    expect(wrong?.range?.column).toBe('id');
    expect(Number(wrong?.range?.from)).toBeLessThanOrEqual(12_345);
    expect(Number(wrong?.range?.to)).toBeGreaterThan(12_345);
    expect((await after(change, undo, { fenced: true })).verdict).toBe('failed');
  });

  test('what no transaction wrote is no change but damage', async () => {
    // A row that is younger than the snapshot has a younger xmin; one whose bytes changed beneath it has not.
    const { readFile } = await import('node:fs/promises');
    const snapshot = JSON.parse(await readFile(before, 'utf8'));
    const [first] = snapshot.tables.find((table: { relation: string }) => table.relation === 'public.keyless').ranges;
    first.checksum = '1';
    await writeFile(join(bench.dir, 'damaged.json'), JSON.stringify(snapshot));
    const report = await bench.run({ action: { kind: 'compare', left: 'damaged.json', right: null } });
    expect(inLines(report)).toEqual(['error same-data public.keyless null null']);
  });

  test('lost tables, columns and rows', async () => {
    const report = await after(
      'ALTER TABLE keyless RENAME TO other; ALTER TABLE ledger RENAME amount TO sum; DELETE FROM parted WHERE id > 90; DROP TABLE nothing',
      'ALTER TABLE other RENAME TO keyless; ALTER TABLE ledger RENAME sum TO amount; INSERT INTO parted SELECT generate_series(91, 100); CREATE TABLE nothing (id int PRIMARY KEY)',
    );
    expect(inLines(report)).toEqual([
      'error same-data public.keyless null 500',
      'error same-data public.ledger null 40000',
      'info same-data public.parted_1 null 10',
    ]);
  });

  test.runIf(major === 18)('two databases, and two snapshots', async () => {
    await session.query('CREATE DATABASE twin');
    await using twin = await connect(cluster.connection('twin'), { applicationName: 'test' });
    await twin.query(data);
    const url = bench.url('postgres');
    const other = url.replace('dbname=postgres', 'dbname=twin');
    const nobody = { database: { database: null, target: null } };
    const compare = { kind: 'compare', left: url, right: other } as const;
    expect(inLines(await bench.run({ ...nobody, action: compare }))).toEqual([]);
    await twin.query(`DELETE FROM "by Text" WHERE v = 5; UPDATE ledger SET amount = 0 WHERE id = 5`);
    const twice = await bench.run({ ...nobody, action: compare });
    expect(inLines(twice)).toEqual([
      'error same-data public."by Text" null 1',
      'error same-data public.ledger null null',
    ]);
    await bench.run({ database: { database: other, target: null }, action: { kind: 'snapshot', path: 'twin.json' } });
    const files = await bench.run({ ...nobody, action: { kind: 'compare', left: 'before.json', right: 'twin.json' } });
    expect(inLines(files)).toEqual(inLines(twice));
  });
});
