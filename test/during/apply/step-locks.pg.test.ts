import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { strongestLocks } from '../../../src/after/watch/strongest-locks.js';
import { readSchema } from '../../../src/foundation/catalog/read-schema.js';
import { predictEffects } from '../../../src/foundation/effects/predict-effects.js';
import { graphOf } from '../../../src/foundation/effects/schema-graph.js';
import type { Session } from '../../../src/foundation/postgres/session.js';
import { loadParser, parseStatement } from '../../../src/foundation/sql/parse.js';
import { openEmbeddedStage } from '../../../src/foundation/stage/open-embedded-stage.js';
import type { Stage } from '../../../src/foundation/stage/stage.js';
import { fileOf, tryOut, type TryOut } from './apply-bench.js';

const schema = `
  CREATE TABLE users (id int PRIMARY KEY, name text);
  CREATE TABLE orders (id int PRIMARY KEY, user_id int, state text, total int, CONSTRAINT positive CHECK (total > 0) NOT VALID);
  CREATE TABLE lines (id int PRIMARY KEY, order_id int REFERENCES orders);
  CREATE INDEX orders_user ON orders (user_id);
  CREATE TABLE events (id int, at date) PARTITION BY RANGE (at);
  CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
  CREATE TABLE events_2 (id int, at date);
  CREATE VIEW names AS SELECT name FROM users;
  CREATE SEQUENCE numbers;
  CREATE TABLE "Odd name" (id int);
  CREATE TABLE state_of_tool (n int);
  INSERT INTO users SELECT i, 'n' FROM generate_series(1, 20) i;
  INSERT INTO orders SELECT i, i, 's', 1 FROM generate_series(1, 20) i`;

/** One after another, each on what those before it left. */
const changes = [
  'ALTER TABLE users ADD COLUMN age int',
  'ALTER TABLE orders ADD CONSTRAINT orders_user_fk FOREIGN KEY (user_id) REFERENCES users NOT VALID',
  'ALTER TABLE orders VALIDATE CONSTRAINT orders_user_fk',
  'ALTER TABLE orders VALIDATE CONSTRAINT positive',
  'CREATE INDEX orders_state ON orders (state)',
  "ALTER TABLE events ATTACH PARTITION events_2 FOR VALUES FROM ('2026-02-01') TO ('2026-03-01')",
  "UPDATE orders SET state = 'new' WHERE id < 10",
  'ALTER TABLE orders ALTER COLUMN total TYPE bigint',
  'ALTER TABLE "Odd name" RENAME TO plain_name',
  'ALTER SEQUENCE numbers INCREMENT 2',
  'CREATE OR REPLACE VIEW names AS SELECT name, id FROM users',
  'DROP INDEX orders_user',
  'CREATE TABLE notes (id int PRIMARY KEY, user_id int REFERENCES users)',
  'INSERT INTO lines SELECT id, id FROM orders',
  'TRUNCATE lines',
  'DROP TABLE lines',
] as const;

describe.each([15, 18] as const)('on PostgreSQL %i', (major) => {
  let stage: Stage;
  let session: Session;
  beforeAll(async () => {
    await loadParser();
    stage = await openEmbeddedStage({ major, serverBin: null, standby: false });
    session = await stage.connectObserved(null);
    await session.query(schema);
  });
  afterAll(async () => {
    await stage?.[Symbol.asyncDispose]();
  });

  /** Strongest lock by relation, as it is predicted from the catalogs. */
  async function predict(sql: string) {
    const parsed = parseStatement(sql);
    if (!parsed.ok) throw new Error('it has to be read');
    const graph = graphOf(await readSchema(session));
    const context = { major, graph, searchPath: ['public'], settings: new Map() };
    return strongestLocks(predictEffects(parsed.tree, context).locks);
  }

  const stateTable = { record: 'INSERT INTO state_of_tool VALUES (1)' };

  async function apply(statements: readonly string[], options: Partial<TryOut> = {}) {
    const { run } = await tryOut(session, { migrations: [fileOf('0001', statements)], ...stateTable, ...options });
    expect(run).toMatchObject({ verdict: 'applied' });
    return run.outcomes.at(-1)?.locks ?? null;
  }

  const inWords = (locks: Awaited<ReturnType<typeof apply>>): readonly string[] =>
    (locks ?? []).map(
      ({ relation, kind, mode, created }) => `${relation} (${kind}) ${mode}${created ? ', created' : ''}`,
    );

  it.each(changes)('what it took is what was predicted: %s', async (sql) => {
    const predicted = await predict(sql);
    const locks = (await apply([sql])) ?? [];
    expect(strongestLocks(locks)).toEqual(predicted);
    expect(new Set(locks.map(({ certainty }) => certainty))).toEqual(new Set(['exact']));
  });

  it('names are those from before; what the step made is marked, and what it made and dropped is left out', async () => {
    await session.query('CREATE TABLE old_name (id int); CREATE TABLE gone (id int PRIMARY KEY)');
    const locks = await apply([
      'SELECT count(*) FROM old_name',
      'ALTER TABLE old_name RENAME TO new_name',
      'DROP TABLE gone',
      'CREATE TABLE made (id int PRIMARY KEY)',
      'CREATE TABLE fleeting (id text)',
      'DROP TABLE fleeting',
      'CREATE TEMP TABLE own (id text)',
    ]);
    expect(inWords(locks)).toEqual([
      'pg_temp.own (table) AccessExclusiveLock, created',
      'public.gone (table) AccessExclusiveLock',
      'public.gone_pkey (index) AccessExclusiveLock',
      'public.made (table) AccessExclusiveLock, created',
      'public.made_pkey (index) AccessExclusiveLock, created',
      'public.old_name (table) AccessExclusiveLock',
    ]);
  });

  it('a step that locks no relation has an empty list, one that failed has none', async () => {
    expect(await apply(["SET LOCAL work_mem = '8MB'"])).toEqual([]);
    const { run } = await tryOut(session, {
      migrations: [fileOf('0001', ['LOCK TABLE users', 'SELECT 1 / 0'])],
    });
    expect(run.outcomes).toMatchObject([{ state: 'not-applied', locks: null }]);
  });

  it('an unprivileged runner sees its locks, whatever the migration sets for its session', async () => {
    await session.query(`CREATE ROLE runner LOGIN; CREATE ROLE owner; CREATE ROLE nobody;
      GRANT owner TO runner; GRANT nobody TO owner; GRANT ALL ON SCHEMA lockkeeper TO runner;
      GRANT ALL ON ALL TABLES IN SCHEMA lockkeeper TO runner; GRANT INSERT ON state_of_tool TO owner;
      CREATE SCHEMA odd AUTHORIZATION owner; CREATE TABLE odd.mine (id int); ALTER TABLE odd.mine OWNER TO owner;
      CREATE FUNCTION odd.never(text, text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT false';
      CREATE FUNCTION odd.never(int, int) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT false';
      CREATE OPERATOR odd.= (FUNCTION = odd.never, LEFTARG = text, RIGHTARG = text);
      CREATE OPERATOR odd.= (FUNCTION = odd.never, LEFTARG = int, RIGHTARG = int)`);
    const locks = await apply(
      [
        'ALTER TABLE odd.mine ADD COLUMN n int',
        'SET LOCAL search_path = odd, pg_catalog',
        "SET LOCAL statement_timeout = '20ms'",
        'SET LOCAL ROLE nobody',
      ],
      { user: 'runner', role: 'owner', record: 'INSERT INTO public.state_of_tool VALUES (1)' },
    );
    expect(inWords(locks)).toEqual(['odd.mine (table) AccessExclusiveLock']);
  });

  it('where the server does not tell, nothing is known, and nothing of the migration is lost', async () => {
    await session.query('REVOKE EXECUTE ON FUNCTION pg_catalog.pg_lock_status() FROM PUBLIC');
    await session.query('GRANT EXECUTE ON FUNCTION pg_catalog.pg_lock_status() TO runner');
    const options = { user: 'runner', role: 'owner', record: 'INSERT INTO public.state_of_tool VALUES (7)' };
    try {
      expect(await apply(['ALTER TABLE odd.mine ADD COLUMN kept int'], options)).toBeNull();
    } finally {
      await session.query('GRANT EXECUTE ON FUNCTION pg_catalog.pg_lock_status() TO PUBLIC');
    }
    const kept = 'SELECT count(kept) AS kept FROM odd.mine UNION ALL SELECT count(*) FROM state_of_tool WHERE n = 7';
    expect((await session.query(kept)).rows).toEqual([{ kept: '0' }, { kept: '1' }]);
  });

  it('of a step that an earlier runner had done nobody knows the locks', async () => {
    await session.query('CREATE INDEX users_name ON users (name)');
    const { run } = await tryOut(session, {
      migrations: [fileOf('0001', ['CREATE INDEX CONCURRENTLY users_name ON users (name)'], 'none')],
      begun: ['0001/1'],
    });
    expect(run.outcomes).toMatchObject([{ state: 'applied', attempts: [], locks: null }]);
  });

  it('what commits by itself is sampled, and the ledger and the table of the tool are not counted', async () => {
    await session.query(`CREATE FUNCTION slowly(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS
      'BEGIN PERFORM pg_catalog.pg_sleep(0.01); RETURN $1; END'`);
    const build = 'CREATE INDEX CONCURRENTLY users_slowly ON users (slowly(id))';
    const { run } = await tryOut(session, { migrations: [fileOf('0001', [build], 'none')], ...stateTable });
    const [outcome] = run.outcomes;
    expect(inWords(outcome?.locks ?? null)).toEqual([
      'public.users (table) ShareUpdateExclusiveLock',
      'public.users_slowly (index) RowExclusiveLock, created',
    ]);
    expect(new Set(outcome?.locks?.map(({ certainty }) => certainty))).toEqual(new Set(['sampled']));
    expect(strongestLocks(outcome?.locks ?? [])).toEqual(await predict(build));
  });
});
