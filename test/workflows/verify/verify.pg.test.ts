import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Cluster, startCluster } from '../../../src/foundation/postgres/server/cluster.js';
import { connect, type Session } from '../../../src/foundation/postgres/session.js';
import { verifySchema } from '../../../src/report/verify-schema.js';
import { inLines, openVerifyBench } from './verify-bench.js';

/** Everything that is easily mistaken for a fault. */
const healthy = `
  CREATE DOMAIN positive AS int CHECK (VALUE > 0);
  CREATE TABLE "Odd ""one" ("Id %s" bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "sel\\ect" text UNIQUE);
  INSERT INTO "Odd ""one" ("sel\\ect") SELECT 'x' || g FROM generate_series(1, 300) g;
  CREATE TABLE empty (id serial PRIMARY KEY, parent int REFERENCES empty);
  CREATE TABLE things (id int PRIMARY KEY, n positive, twice int GENERATED ALWAYS AS (n * 2) STORED, at tstzrange,
    down int DEFAULT 0, words text[], EXCLUDE USING gist (at WITH &&));
  INSERT INTO things (id, n, at) SELECT g, g, tstzrange('2024-01-01'::timestamptz + g * interval '1 h', '2024-01-01'::timestamptz + (g + 1) * interval '1 h')
    FROM generate_series(1, 200) g;
  CREATE INDEX ON things USING gin (words);
  CREATE INDEX ON things (lower(words[1])) WHERE n > 5;
  CREATE SEQUENCE counting_down INCREMENT -1; ALTER TABLE things ALTER down SET DEFAULT nextval('counting_down');
  CREATE SEQUENCE round_and_round MAXVALUE 3 CYCLE;
  CREATE TABLE cycling (n int DEFAULT nextval('round_and_round')); INSERT INTO cycling SELECT 7;
  CREATE TABLE parted (id bigserial, day date, thing int REFERENCES things, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
  CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
  CREATE TABLE parted_2 PARTITION OF parted DEFAULT;
  INSERT INTO parted (day, thing) SELECT date '2024-12-01' + g, g FROM generate_series(1, 60) g;
  CREATE TABLE pairs (a int, b int, UNIQUE NULLS NOT DISTINCT (a, b)); INSERT INTO pairs VALUES (NULL, 1), (1, NULL);
  CREATE MATERIALIZED VIEW totals AS SELECT count(*) AS n FROM things; CREATE UNIQUE INDEX ON totals (n);
  CREATE MATERIALIZED VIEW unfilled AS SELECT 1 AS one WITH NO DATA;
  CREATE UNLOGGED TABLE quick (id serial); INSERT INTO quick DEFAULT VALUES;
  CREATE TEMP TABLE IF NOT EXISTS passing (id serial PRIMARY KEY, p int REFERENCES passing, u int UNIQUE)`;

const temporal = `CREATE TABLE rooms (id int4range, during daterange, PRIMARY KEY (id, during WITHOUT OVERLAPS));
  INSERT INTO rooms VALUES ('[1,1]', '[2020-01-01,2020-06-01)'), ('[1,1]', '[2020-06-01,2021-01-01)');
  CREATE TABLE stays (room int4range, during daterange, FOREIGN KEY (room, PERIOD during) REFERENCES rooms (id, PERIOD during));
  INSERT INTO stays VALUES ('[1,1]', '[2020-05-01,2020-07-01)')`;

describe.each([15, 16, 17, 18] as const)('on PostgreSQL %i', (major) => {
  let cluster: Cluster;
  let session: Session;
  let bench: Awaited<ReturnType<typeof openVerifyBench>>;

  beforeAll(async () => {
    cluster = await startCluster({ major, serverBin: null });
    session = await connect(cluster.connection(), { applicationName: 'test' });
    bench = await openVerifyBench(cluster);
  });
  afterAll(async () => {
    await session?.[Symbol.asyncDispose]();
    await bench?.[Symbol.asyncDispose]();
    await cluster?.[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    await session.query(`DROP EXTENSION IF EXISTS amcheck; DROP SCHEMA public CASCADE; CREATE SCHEMA public`);
  });

  test('a healthy database has no finding, and says what could not be looked at', async () => {
    await session.query(healthy);
    if (major === 18) await session.query(temporal);
    const without = await bench.run();
    expect(inLines(without)).toEqual([
      'unknown heap-sound null amcheck null',
      'unknown indexes-sound null amcheck null',
    ]);
    expect(without.verdict).toBe('incomplete');
    await session.query('CREATE EXTENSION amcheck SCHEMA public');
    const report = await bench.run();
    expect(inLines(report)).toEqual([]);
    expect(report.verdict).toBe('passed');
    const checked = Object.fromEntries(report.assertions.map((one) => [one.id, one.checked]));
    expect(checked).toMatchObject({ 'foreign-keys': major === 18 ? 3 : 2, 'sequences-ahead': 5, 'unique-holds': 0 });
    expect(checked['indexes-sound']).toBeGreaterThan(8);
    expect(checked['heap-sound']).toBeGreaterThan(8);
    expect(() => verifySchema.parse(report)).not.toThrow();
  });

  test('the grants that are printed are enough, and less is said', async () => {
    await session.query(
      `${healthy}; CREATE EXTENSION amcheck SCHEMA public; DROP ROLE IF EXISTS reader; CREATE ROLE reader LOGIN`,
    );
    const asReader = { database: { database: bench.url('reader'), target: null } };
    const refused = await bench.run(asReader);
    expect(refused.verdict).toBe('incomplete');
    expect(inLines(refused)).toContain('unknown foreign-keys public.parted parted_thing_fkey null');
    const { grants } = await import('../../../src/workflows/grants.js');
    await session.query(grants('verify', { role: 'reader', owner: null, stateTable: null }).sql);
    expect(inLines(await bench.run(asReader))).toEqual([]);
    await session.query('DROP OWNED BY reader; DROP ROLE reader');
  });

  test('finds every planted fault', async () => {
    await session.query(`${healthy}; CREATE EXTENSION amcheck SCHEMA public;
      SET session_replication_role = replica; INSERT INTO parted (day, thing) VALUES ('2024-05-05', -5); RESET session_replication_role;
      SELECT setval('parted_id_seq', 3); SELECT setval('counting_down', -3); UPDATE things SET down = -4 WHERE id = 7;
      ALTER TABLE things ADD CONSTRAINT given CHECK (words IS NOT NULL) NOT VALID;
      INSERT INTO pairs SELECT 5, g FROM generate_series(1, 3) g;
      COMMENT ON COLUMN pairs.b IS 'lockkeeper: soft reference to things (id)'; INSERT INTO pairs VALUES (9, 4000)`);
    await expect(session.query('CREATE UNIQUE INDEX CONCURRENTLY dup ON pairs (a)')).rejects.toThrow('dup');
    const config = {
      softReferences: [
        { table: 'public.pairs', columns: ['a'], references: 'public.nowhere', referencedColumns: ['id'] },
      ],
    };
    const { writeFile } = await import('node:fs/promises');
    const path = `${bench.dir}/lockkeeper.yaml`;
    const invariants = [
      { name: 'none above 100', sql: 'SELECT id FROM public.things WHERE n > 100' },
      { name: 'two hundred', sql: 'SELECT count(*) FROM public.things;', expect: 200 },
      { name: 'no writing', sql: 'SELECT 1) AS x; DROP TABLE public.pairs; SELECT (1' },
    ];
    const target = { url: bench.url('postgres'), verify: { ...config, invariants } };
    await writeFile(path, JSON.stringify({ targets: { here: target } }));
    const report = await bench.run({ configPath: path, database: { database: null, target: 'here' } });
    expect(inLines(report)).toEqual([
      'error conditions-hold public.things given 200',
      'error foreign-keys public.parted parted_thing_fkey 1',
      'error invariants null none above 100 100',
      'error sequences-ahead public.parted id by public.parted_id_seq null',
      'error sequences-ahead public.things down by public.counting_down null',
      'error soft-references public.pairs soft reference (b) to public.things 1',
      'error unique-holds public.pairs dup 3',
      'unknown invariants null no writing null',
      'unknown soft-references public.pairs soft reference (a) to public.nowhere (id) null',
      'warning constraints-validated public.things given null',
      'warning indexes-valid public.pairs dup null',
    ]);
    const repairs = report.assertions.flatMap(({ id, findings }) => (id === 'sequences-ahead' ? findings : []));
    for (const { remedy } of repairs) await session.query(String(remedy));
    expect((await bench.run({ only: ['sequences-ahead'] })).verdict).toBe('passed');
  });
});
