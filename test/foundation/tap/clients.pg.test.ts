import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ConnectionTarget } from '../../../src/foundation/postgres/connection-target.js';
import type { Cluster } from '../../../src/foundation/postgres/server/cluster.js';
import { connect } from '../../../src/foundation/postgres/session.js';
import { RawClient, say } from './raw-client.js';
import { makeDatabase, openTapLab, startLabCluster, type TapLab } from './tap-lab.js';

let cluster: Cluster;
let database: ConnectionTarget;
let lab: TapLab;

beforeAll(async () => {
  cluster = await startLabCluster();
  database = await makeDatabase(cluster, 'CREATE TABLE a (id int, v text)');
});

afterAll(async () => cluster?.[Symbol.asyncDispose]());

beforeEach(async () => {
  lab = await openTapLab(database);
  return () => lab[Symbol.asyncDispose]();
});

describe('the pg driver', () => {
  let client: pg.Client;

  beforeEach(async () => {
    client = new pg.Client(lab.tap.connectionString(database.database));
    client.on('error', () => undefined);
    await client.connect();
    return () => client.end();
  });

  test('simple, bound and prepared queries', async () => {
    await client.query('TRUNCATE a');
    await client.query('INSERT INTO a VALUES ($1, $2)', [1, 'ä']);
    const named = { name: 'find', text: 'SELECT v FROM a WHERE id = $1' };
    for (const _ of [1, 2]) expect((await client.query({ ...named, values: [1] })).rows).toEqual([{ v: 'ä' }]);
    await expect(client.query('SELECT $1::int', ['x'])).rejects.toMatchObject({ code: '22P02' });
    await expect(client.query('SELECT nope')).rejects.toMatchObject({ code: '42703', position: '8' });
    expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    expect(lab.statements.map((s) => [s.via, s.rowCount])).toEqual([
      ['simple', null],
      ['extended', 1],
      ['extended', 1],
      ['extended', 1],
      ['extended', null],
      ['simple', null],
      ['simple', 1],
    ]);
  });

  test('COPY in and out, long rows included', async () => {
    await client.query('TRUNCATE a');
    const long = 'x'.repeat(100_000);
    const rows = Array.from({ length: 100 }, (_, index) => `${index}\t${long}\n`);
    await pipeline(Readable.from(rows), client.query(copyFrom('COPY a FROM STDIN')));
    let bytes = 0;
    for await (const chunk of client.query(copyTo('COPY a TO STDOUT'))) bytes += (chunk as Buffer).length;
    expect(bytes).toBe(rows.join('').length);
    // The stream ends with the last row, before the server has completed the statement.
    await client.query('SELECT 1');
    expect(lab.statements.map((s) => [s.via, s.rowCount])).toEqual([
      ['simple', null],
      ['copy', 100],
      ['copy', 100],
      ['simple', 1],
    ]);
    expect(lab.seen[1]?.inside).toContain('a RowExclusiveLock');
  });

  test('a failing COPY leaves the session usable', async () => {
    const failing = pipeline(Readable.from(['1\tx\n', 'no\tx\n']), client.query(copyFrom('COPY a FROM STDIN')));
    await expect(failing).rejects.toMatchObject({ code: '22P02' });
    expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    expect(lab.statements[0]).toMatchObject({ via: 'copy', error: { code: '22P02' } });
  });

  test('a long message and a long result', async () => {
    const { rows } = await client.query('SELECT length($1) AS n', ['y'.repeat(20_000_000)]);
    expect(rows).toEqual([{ n: 20_000_000 }]);
    const many = await client.query("SELECT n, repeat('z', 200) FROM generate_series(1, 100000) n");
    expect(many.rows).toHaveLength(100_000);
  });
});

test('a client that does not read makes the server wait, and not the tap remember', async () => {
  const client = new pg.Client(lab.tap.connectionString(database.database));
  await client.connect();
  const { rows } = await client.query('SELECT pg_backend_pid() AS pid');
  const { stream } = (client as unknown as { connection: { stream: { pause(): void; resume(): void } } }).connection;
  const answer = client.query("SELECT repeat('z', 1000) FROM generate_series(1, 50000)");
  stream.pause();
  await using admin = await connect(database, { applicationName: 'test' });
  const waitsFor = async () =>
    (await admin.query('SELECT wait_event FROM pg_stat_activity WHERE pid = $1', [rows[0].pid])).rows[0]?.[
      'wait_event'
    ];
  await expect.poll(waitsFor).toBe('ClientWrite');
  stream.resume();
  expect((await answer).rows).toHaveLength(50_000);
  await client.end();
});

test('many small statements in one pipeline', async () => {
  const client = await RawClient.open(lab.target);
  const inserts = Array.from({ length: 200 }, (_, index) => say.run('INSERT INTO a VALUES ($1)', [String(index)]));
  client.send(...inserts, say.sync());
  expect((await client.until('Z')).filter((line) => line.startsWith('C INSERT'))).toHaveLength(200);
  expect(lab.statements).toHaveLength(200);
  expect(lab.transactions).toMatchObject([{ outcome: 'committed' }]);
  client.destroy();
});

test.runIf(existsSync('/usr/bin/psql'))('psql: a script, \\copy, an error with its line', async () => {
  const script = [
    'DROP TABLE IF EXISTS p; CREATE TABLE p (id int);',
    '\\copy p FROM PROGRAM \'printf "1\\n2\\n"\'',
    'BEGIN; UPDATE p SET id = id + 1; COMMIT;',
    'CREATE INDEX CONCURRENTLY ON p (id);',
    'SELECT sum(id) FROM p;',
    'SELECT 1\\; SELECT\n  nope;',
  ].join('\n');
  const url = lab.tap.connectionString(database.database);
  const run = promisify(execFile)('/usr/bin/psql', ['-XAtq', url, '-c', 'SELECT 7', '-f', '-'], { encoding: 'utf8' });
  run.child.stdin?.end(script);
  const { stdout, stderr } = await run;
  expect(stdout).toBe('7\n5\n1\n');
  expect(stderr).toContain('LINE 2:   nope;');
  expect(lab.statements.map((s) => [s.via, s.inTransaction, s.error?.code ?? 'ok'])).toEqual([
    ['simple', true, 'ok'],
    ['simple', true, 'ok'],
    ['simple', true, 'ok'],
    ['copy', true, 'ok'],
    ['simple', false, 'ok'],
    ['simple', true, 'ok'],
    ['simple', true, 'ok'],
    ['simple', false, 'ok'],
    ['simple', true, 'ok'],
    ['simple', true, 'ok'],
    ['simple', true, '42703'],
  ]);
});
