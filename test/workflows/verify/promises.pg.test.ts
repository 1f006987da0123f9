import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Cluster, startCluster } from '../../../src/foundation/postgres/server/cluster.js';
import { connect, type Session } from '../../../src/foundation/postgres/session.js';
import { renderVerifyTerminal } from '../../../src/report/verify/terminal.js';
import { verifySchema } from '../../../src/report/verify-schema.js';
import type { VerifyReport } from '../../../src/model/verify-report.js';
import { inLines, openVerifyBench } from './verify-bench.js';

const domains = `
  CREATE DOMAIN word AS text NOT NULL; CREATE DOMAIN noun AS word CHECK (VALUE <> 'go');
  CREATE DOMAIN amount AS int; CREATE DOMAIN few AS amount CHECK (VALUE < 100); CREATE DOMAIN code AS char(3);
  CREATE TYPE pair AS (a amount, b text);
  CREATE TABLE said (id int PRIMARY KEY, w word, n noun, many word[]);
  CREATE TABLE "Counted" (id int, "A" amount, f few, list amount[], c code, p pair, free int);
  INSERT INTO said SELECT g, 'w' || g, 'n', '{a,b}' FROM generate_series(1, 500) g;
  INSERT INTO "Counted" SELECT g, g, g, ARRAY[g, g], 'abc', (1, 'x')::pair, -1 FROM generate_series(1, 50) g;
  ALTER DOMAIN amount ADD CONSTRAINT above CHECK (VALUE > 0 AND 'VALUE' <> '') NOT VALID;
  ALTER DOMAIN code ADD CONSTRAINT "no bad" CHECK (VALUE <> 'bad') NOT VALID`;

/** An index of each kind over 300 rows, two of which have NULL wherever that may be. */
const indexes = `
  CREATE TABLE things (id int PRIMARY KEY, r int4range, sure int4range NOT NULL, words tsvector NOT NULL, tags text[], doc jsonb,
    name text, at int);
  INSERT INTO things SELECT g, CASE WHEN g > 2 THEN int4range(g, g + 3) END, int4range(g, g + 1), to_tsvector('simple', 'w' || g),
    CASE WHEN g > 2 THEN ARRAY['a', g::text] END, CASE WHEN g > 2 THEN jsonb_build_object('g', g) END, 'n' || g % 7, g
    FROM generate_series(1, 300) g;
  CREATE INDEX by_range ON things USING gist (r); CREATE INDEX by_sure ON things USING gist (sure);
  CREATE INDEX by_half ON things USING gist (r) WHERE id % 2 = 0;
  CREATE INDEX by_words ON things USING gist (words); CREATE INDEX by_terms ON things USING gin (words);
  CREATE INDEX by_tags ON things USING gin (tags); CREATE INDEX by_doc ON things USING gin (doc jsonb_path_ops);
  CREATE INDEX by_name ON things USING spgist (name); CREATE INDEX by_hash ON things USING hash (name);
  CREATE INDEX by_upper ON things USING hash (upper(name)) WHERE id > 10;
  CREATE INDEX by_at ON things USING brin (at)`;

const exclusions = `
  CREATE TABLE booked (room int4range, during tsrange, area box, no int, given bool DEFAULT true,
    CONSTRAINT apart EXCLUDE USING gist (room WITH =, during WITH &&) WHERE (given),
    CONSTRAINT areas EXCLUDE USING gist (area WITH &&), CONSTRAINT numbers EXCLUDE USING hash (no WITH =));
  INSERT INTO booked SELECT int4range(g % 3, g % 3 + 1), tsrange(timestamp '2024-01-01' + g * interval '1 h', timestamp '2024-01-01' + (g + 1) * interval '1 h'),
    box(point(g, 0), point(g + 0.5, 1)), g FROM generate_series(1, 200) g;
  INSERT INTO booked VALUES ('[0,0]', 'empty', NULL, NULL, true), (NULL, '(,)', NULL, NULL, true), ('[0,0]', '(,)', NULL, NULL, false)`;

const left = ({ assertions }: VerifyReport) =>
  assertions.flatMap(({ notVerified }) => notVerified.map(({ relation, name }) => `${relation} ${name}`)).toSorted();

describe.each([15, 16, 17, 18] as const)('on PostgreSQL %i', (major) => {
  let cluster: Cluster;
  let session: Session;
  let bench: Awaited<ReturnType<typeof openVerifyBench>>;
  const ask = (...only: readonly string[]) => bench.run({ only });

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
    await session.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
  });

  /** What is written while an index, or a promise of it, is out of order. */
  async function behind(index: string, flag: 'indisready' | 'indisexclusion', sql: string): Promise<void> {
    const set = (to: boolean) => `UPDATE pg_index SET ${flag} = ${to} WHERE indexrelid = '${index}'::regclass`;
    await session.query(set(false));
    await session.query(sql);
    await session.query(set(true));
  }

  test('rows that break what their domain promises are found, and no others', async () => {
    await session.query(domains);
    const healthy = await ask('domains-hold');
    expect(inLines(healthy)).toEqual([]);
    expect(left(healthy)).toEqual(['public."Counted" p by above of public.amount']);
    // A NULL of a domain without NULLs: a subquery that finds nothing gives it.
    await session.query(
      `INSERT INTO said (id, w, n, many) VALUES (900, (SELECT w FROM said WHERE false), (SELECT n FROM said WHERE false), '{x}')`,
    );
    await session.query(`UPDATE pg_type SET typnotnull = false WHERE typname = 'word'`);
    await session.query(`INSERT INTO said (id, w, n, many) VALUES (901, 'w', 'n', ARRAY['a', NULL]::word[])`);
    await session.query(`UPDATE pg_type SET typnotnull = true WHERE typname = 'word'`);
    // What was there when a CHECK was added that nobody validated.
    await session.query(`ALTER DOMAIN amount DROP CONSTRAINT above; ALTER DOMAIN code DROP CONSTRAINT "no bad";
      INSERT INTO "Counted" VALUES (99, -1, 0, '{5,-5}', 'bad', (1, 'x'), -1);
      ALTER DOMAIN amount ADD CONSTRAINT above CHECK (VALUE > 0 AND 'VALUE' <> '') NOT VALID;
      ALTER DOMAIN code ADD CONSTRAINT "no bad" CHECK (VALUE <> 'bad') NOT VALID`);
    const report = await ask('domains-hold');
    expect(inLines(report)).toEqual([
      'error domains-hold public."Counted" "A" by above of public.amount 1',
      'error domains-hold public."Counted" c by no bad of public.code 1',
      'error domains-hold public."Counted" f by above of public.few 1',
      'error domains-hold public."Counted" list by above of public.amount 1',
      'error domains-hold public.said many by NOT NULL of public.word 1',
      'error domains-hold public.said n by NOT NULL of public.noun 1',
      'error domains-hold public.said w by NOT NULL of public.word 1',
    ]);
  });

  test('rows that conflict though a constraint keeps them apart are found in the table itself', async () => {
    await session.query(exclusions);
    expect(inLines(await ask('exclusions-hold', 'indexes-complete'))).toEqual([]);
    await behind('apart', 'indisexclusion', `INSERT INTO booked VALUES ('[1,1]', tsrange('2024-01-01', '2024-02-01'))`);
    await behind('areas', 'indisexclusion', `INSERT INTO booked (area) VALUES (box(point(5, 0), point(5.1, 1)))`);
    await behind('numbers', 'indisready', 'INSERT INTO booked (no) VALUES (7)');
    const report = await ask('exclusions-hold', 'indexes-complete');
    const found = inLines(report).map((line) => line.replace(/ \d+$/, ''));
    expect(found).toEqual([
      'error exclusions-hold public.booked apart',
      'error exclusions-hold public.booked areas',
      'error exclusions-hold public.booked numbers',
      'error indexes-complete public.booked public.numbers',
    ]);
  });

  test('pairs that would be too many are not compared, which the report says', async () => {
    await session.query(`CREATE TABLE spots (id int, at box, CONSTRAINT spots_apart EXCLUDE USING gist (at WITH &&));
      INSERT INTO spots SELECT g, box(point(g, 0), point(g + 0.5, 1)) FROM generate_series(1, 4000) g`);
    const report = await ask('exclusions-hold');
    expect(report.verdict).toBe('passed');
    expect(left(report)).toEqual(['public.spots spots_apart']);
    const text = renderVerifyTerminal(report, { width: 200, color: false });
    expect(text).toMatch(/not verified: public\.spots, spots_apart: .*1\.6e\+7 pairs/);
    expect(text).toMatch(/all holds that was looked at; 1 thing not verified/);
  });

  test('a row that an index does not lead to is found, whatever its kind', async () => {
    await session.query(indexes);
    const healthy = await ask('indexes-complete');
    expect(inLines(healthy)).toEqual([]);
    const unasked = ['public.things public.by_at', 'public.things public.by_terms', 'public.things public.by_words'];
    expect(left(healthy)).toEqual(unasked);
    expect(healthy.assertions.find(({ id }) => id === 'indexes-complete')?.checked).toBe(8);
    expect(() => verifySchema.parse(healthy)).not.toThrow();
    let id = 400;
    for (const index of ['by_range', 'by_sure', 'by_half', 'by_tags', 'by_doc', 'by_name', 'by_hash', 'by_upper']) {
      id += 2;
      await behind(
        index,
        'indisready',
        `INSERT INTO things SELECT ${id}, r, sure, words, tags, doc, name, at FROM things WHERE id = 20`,
      );
    }
    const report = await ask('indexes-complete');
    expect(inLines(report)).toEqual(
      ['by_doc', 'by_half', 'by_hash', 'by_name', 'by_range', 'by_sure', 'by_tags', 'by_upper'].map(
        (name) => `error indexes-complete public.things public.${name} 1`,
      ),
    );
    expect(left(report)).toEqual(unasked);
  });
});
