import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { peekAt } from '../../../src/foundation/observers/peek.js';
import { readRelations } from '../../../src/foundation/observers/relation-catalog.js';
import { openWalReader } from '../../../src/foundation/observers/wal-records.js';
import type { Session } from '../../../src/foundation/postgres/session.js';
import { openEmbeddedStage } from '../../../src/foundation/stage/open-embedded-stage.js';
import type { Stage } from '../../../src/foundation/stage/stage.js';
import { asObserved } from '../../../src/foundation/steps/observed-by-runner.js';

const schema = `
  CREATE SCHEMA "Odd one";
  CREATE TABLE "Odd one"."T" (id int PRIMARY KEY, body text);
  CREATE TABLE parts (id int PRIMARY KEY) PARTITION BY RANGE (id);
  CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (10);
  CREATE VIEW seen AS SELECT * FROM parts;
  CREATE MATERIALIZED VIEW sums AS SELECT count(*) FROM parts;
  CREATE SEQUENCE numbers;
  CREATE TYPE pair AS (a int, b int);
  CREATE FOREIGN DATA WRAPPER elsewhere;
  CREATE SERVER far FOREIGN DATA WRAPPER elsewhere;
  CREATE FOREIGN TABLE distant (id int) SERVER far;
  CREATE TABLE filled (id int, body text);`;

const everyKind = `
  ALTER TABLE "Odd one"."T" ADD COLUMN more int; ALTER INDEX "Odd one"."T_pkey" RENAME TO "T_key";
  ALTER TABLE parts ADD COLUMN more int; ALTER INDEX parts_pkey RENAME TO parts_key;
  ALTER VIEW seen RENAME TO seen_again; ALTER MATERIALIZED VIEW sums RENAME TO totals; ALTER SEQUENCE numbers CACHE 5;
  ALTER TYPE pair ADD ATTRIBUTE c int; ALTER FOREIGN TABLE distant ADD COLUMN more int; TRUNCATE "Odd one"."T"`;

describe.each([15, 16, 17, 18] as const)('on PostgreSQL %i', (major) => {
  let stage: Stage;
  let session: Session;
  beforeAll(async () => {
    stage = await openEmbeddedStage({ major, serverBin: null, standby: false });
    session = await stage.connectObserved(null);
    await session.query(schema);
  });
  afterAll(async () => {
    await stage?.[Symbol.asyncDispose]();
  });

  it('a look from inside knows of each kind of relation what the catalogs say once it is committed', async () => {
    await session.query('BEGIN');
    await session.query(everyKind);
    const peek = await peekAt(asObserved(session));
    await session.query('COMMIT');
    const committed = await readRelations(stage.tower.watch);
    const relations = peek?.relations ?? [];
    expect(relations).toEqual(relations.map(({ oid }) => committed.get(oid)));
    expect(new Set(relations.map(({ kind }) => kind)).size).toBe(10);
    expect(relations.map(({ name }) => name)).toContain('"Odd one"."T"');
  });

  it('a role without rights can look, and the change cannot make a look forget its plan', async () => {
    await session.query('CREATE ROLE nobody; CREATE TEMP TABLE own (id int); GRANT SELECT ON own TO nobody');
    await session.query('BEGIN');
    await session.query('DEALLOCATE ALL');
    await session.query('SET LOCAL ROLE nobody');
    await session.query('SELECT * FROM own');
    const peek = await peekAt(asObserved(session));
    await session.query('ROLLBACK');
    expect(peek?.relations.map(({ name, kind }) => `${kind} ${name}`)).toEqual(['table pg_temp.own']);
    expect((await readRelations(stage.tower.watch)).get(peek?.relations[0]?.oid ?? '')?.name).toBe('pg_temp.own');
  });

  it('counts the work of each of many statements', async () => {
    await stage.tower.work?.read();
    // Each text makes an entry of its own; now and then they are swept.
    for (let n = 0; n < 130; n++) {
      await session.query(`COMMENT ON TABLE filled IS 'number ${n}'`);
      const work = await stage.tower.work?.read();
      expect(work?.walBytes).toBeGreaterThan(0);
      expect(work?.walBytes).toBeLessThan(20_000);
      expect(work?.io.blocksHit).toBeGreaterThan(0);
    }
    await session.query('INSERT INTO filled SELECT i, pg_catalog.repeat(i::text, 50) FROM generate_series(1, 5000) i');
    expect((await stage.tower.work?.read())?.walBytes).toBeGreaterThan(500_000);
    expect((await stage.tower.work?.read())?.walBytes).toBe(0);
  });

  it('reads the WAL span by span', async () => {
    if (stage.maintenance === null) throw new Error('an embedded stage has one');
    const wal = await openWalReader(stage.maintenance);
    const kinds = async () => (await wal.next()).map(({ resourceManager }) => resourceManager);
    await session.query('CREATE INDEX filled_id ON filled (id)');
    expect(await kinds()).toContain('Storage');
    // Not flushed by its own commit.
    await session.query("SET synchronous_commit = off; INSERT INTO filled VALUES (1, '')");
    const inserted = await kinds();
    expect(inserted).toEqual(expect.arrayContaining(['Heap', 'Btree']));
    expect(inserted).not.toContain('Storage');
    await session.query('CREATE INDEX filled_body ON filled (id)');
    await wal.skip();
    expect(await kinds()).not.toContain('Storage');
  });
});
