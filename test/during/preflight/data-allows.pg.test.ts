import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import dataAllows from '../../../src/during/preflight/gates/database/data-allows.js';
import { type Cluster, startCluster } from '../../../src/foundation/postgres/server/cluster.js';
import { connect, type Session } from '../../../src/foundation/postgres/session.js';
import { askGate, type Asked } from './gate-bench.js';

const setup = `
  CREATE TABLE customers (id int PRIMARY KEY, email text, note text);
  CREATE TABLE orders (id bigint PRIMARY KEY, customer_id int, qty int, code text, total numeric, "Odd name" text);
  CREATE TABLE empty (id int);
  CREATE TABLE events (id int, at date) PARTITION BY RANGE (at);
  CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
  CREATE TABLE secret (id int);
  CREATE FOREIGN DATA WRAPPER nobody; CREATE SERVER away FOREIGN DATA WRAPPER nobody; CREATE FOREIGN TABLE remote (id int) SERVER away;
  CREATE TABLE guarded (id int); ALTER TABLE guarded ENABLE ROW LEVEL SECURITY;
  INSERT INTO customers SELECT i, CASE WHEN i > 2 THEN 'a' || i ELSE 'same' END FROM generate_series(1, 3000) i;
  INSERT INTO orders SELECT i, i, i, 'c' || i, i, 'x' FROM generate_series(1, 3000) i;
  INSERT INTO orders VALUES (3001, 9999, -1, 'long enough', 1e9, NULL), (3002, NULL, 3000000, 'é    ', 1, 'y');
  INSERT INTO events VALUES (NULL, '2026-01-05'), (1, '2026-01-06');
  CREATE TABLE events_2 (id int, at date);
  INSERT INTO events_2 VALUES (1, '2026-02-05'), (2, '2026-03-01'), (3, NULL);
  CREATE TABLE kinds (kind text, n int) PARTITION BY LIST (kind);
  CREATE TABLE kinds_1 (kind text, n int); INSERT INTO kinds_1 VALUES ('a', 1), ('b', 2), (NULL, 3);
  CREATE TABLE parts (id int) PARTITION BY HASH (id);
  CREATE TABLE parts_1 (id int); INSERT INTO parts_1 SELECT generate_series(1, 10);
  CREATE TABLE pairs (a int, b int) PARTITION BY RANGE (a, b);
  CREATE TABLE pairs_1 (a int, b int); INSERT INTO pairs_1 VALUES (1, 5), (2, 100), (3, 1);
  CREATE TABLE stays (room int, during int4range, paid boolean);
  INSERT INTO stays VALUES (1, '[1,5)', true), (1, '[4,6)', true), (2, '[1,9)', true), (2, '[9,12)', true), (2, '[10,11)', false);
  ALTER TABLE orders ADD CONSTRAINT orders_qty_old CHECK (qty > 0) NOT VALID;
  ANALYZE`;

/** What stands before the colon is refused by the rows, as the server itself says; what is after `fine` is not. */
const refused: readonly (readonly [statement: string, rows: string])[] = [
  ['ALTER TABLE orders ALTER COLUMN customer_id SET NOT NULL', ': 1'],
  ['ALTER TABLE ONLY public.orders ALTER "Odd name" SET NOT NULL, ADD COLUMN extra text', ': 1'],
  ["ALTER TABLE orders ADD CONSTRAINT positive CHECK (qty > 0 AND (code <> ')' OR true))", ': 1'],
  ['ALTER TABLE orders ADD CHECK (length(code) < 6)', ': 1'],
  ['ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers', ': 1'],
  ['ALTER TABLE orders ADD CONSTRAINT fk FOREIGN KEY (customer_id) REFERENCES public.customers (id)', ': 1'],
  ['ALTER TABLE orders ADD COLUMN must int NOT NULL', ': 100 or more'],
  ['ALTER TABLE customers ADD UNIQUE (email)', ': 1'],
  ['CREATE UNIQUE INDEX u ON customers (lower(email) COLLATE "C" DESC)', ': 1'],
  [
    "CREATE UNIQUE INDEX CONCURRENTLY u ON public.customers USING btree (email, (1 + 1)) INCLUDE (id) WHERE email <> 'b(' -- why",
    ': 1',
  ],
  ['CREATE UNIQUE INDEX u ON customers (note) NULLS NOT DISTINCT', ': 1'],
  ['ALTER TABLE customers ADD CONSTRAINT pk2 UNIQUE (note, email)', 'fine'],
  ['ALTER TABLE orders ALTER qty TYPE smallint', 'at least 1'],
  ['ALTER TABLE orders ALTER COLUMN total SET DATA TYPE numeric(8, 2)', 'at least 1'],
  ['ALTER TABLE orders ALTER code TYPE varchar(5)', ': 1'],
  ['ALTER TABLE orders ALTER code TYPE integer USING code::integer, ADD COLUMN b int', 'at least 1'],
  ['ALTER TABLE orders VALIDATE CONSTRAINT orders_qty_old', ': 1'],
  ['ALTER TABLE events ALTER id SET NOT NULL', ': 1'],
  ['ALTER TABLE events ADD PRIMARY KEY (id, at)', ': 1'],
  ["ALTER TABLE events ATTACH PARTITION events_2 FOR VALUES FROM ('2026-02-01') TO ('2026-03-01')", ': 2'],
  ["ALTER TABLE public.events ATTACH PARTITION events_2 FOR VALUES FROM ('2026-03-01') TO (MAXVALUE)", ': 2'],
  ["ALTER TABLE kinds ATTACH PARTITION kinds_1 FOR VALUES IN ('a', 'x')", ': 2'],
  ["ALTER TABLE kinds ATTACH PARTITION kinds_1 FOR VALUES IN ('a', NULL)", ': 1'],
  ['ALTER TABLE pairs ATTACH PARTITION pairs_1 FOR VALUES FROM (1, 5) TO (3, 1)', ': 1'],
  ['ALTER TABLE pairs ATTACH PARTITION pairs_1 FOR VALUES FROM (1, MAXVALUE) TO (3, MAXVALUE)', ': 1'],
  ['ALTER TABLE pairs ATTACH PARTITION pairs_1 FOR VALUES FROM (MINVALUE, 1) TO (3, MINVALUE)', ': 1'],
  ['ALTER TABLE parts ATTACH PARTITION parts_1 FOR VALUES WITH (MODULUS 2, REMAINDER 0)', ': '],
  ['ALTER TABLE stays ADD CONSTRAINT once EXCLUDE USING gist (during WITH &&) WHERE (room = 1)', ': 2'],
  ['ALTER TABLE stays ADD EXCLUDE USING gist (during WITH OPERATOR(pg_catalog.&&)) WHERE (room = 2 AND paid)', 'fine'],
  ['ALTER TABLE stays ADD EXCLUDE USING gist (during WITH &&) WHERE (room = 2)', ': 2'],
];

const fine: readonly string[] = [
  'ALTER TABLE orders ALTER COLUMN qty SET NOT NULL',
  'ALTER TABLE orders ADD CHECK (qty <> 0)',
  'ALTER TABLE orders ADD CONSTRAINT later CHECK (qty > 0) NOT VALID',
  'ALTER TABLE empty ADD COLUMN must int NOT NULL',
  'ALTER TABLE orders ADD COLUMN made serial NOT NULL',
  'ALTER TABLE orders ADD COLUMN d int NOT NULL DEFAULT 1',
  'CREATE UNIQUE INDEX u ON customers (email) WHERE id > 1',
  'CREATE UNIQUE INDEX u ON customers (note)',
  'CREATE INDEX i ON customers (email)',
  'ALTER TABLE orders ALTER qty TYPE bigint',
  'ALTER TABLE orders ALTER code TYPE varchar(11)',
  'ALTER TABLE orders ALTER code TYPE integer USING length(code)',
  'CREATE TABLE fresh (id int NOT NULL, UNIQUE (id))',
];

describe.each([15, 16, 17, 18] as const)('on PostgreSQL %i', (major) => {
  let cluster: Cluster;
  let admin: Session;
  let reader: Session;

  const ask = (statements: readonly string[], more: Partial<Asked> = {}) =>
    askGate(dataAllows, { session: reader, statements, ...more });
  const runs = async (statement: string): Promise<boolean> => {
    await admin.query(statement.includes('CONCURRENTLY') ? 'SELECT 1' : 'BEGIN');
    const done = await admin.query(statement).then(
      () => true,
      () => false,
    );
    await admin.query('ROLLBACK; DROP INDEX IF EXISTS u');
    return done;
  };

  beforeAll(async () => {
    cluster = await startCluster({ major, serverBin: null });
    admin = await connect(cluster.connection(), { applicationName: 'test admin' });
    await admin.query(setup);
    await admin.query(`CREATE ROLE reader LOGIN; GRANT pg_monitor TO reader;
      GRANT SELECT ON customers, orders, empty, events, events_1, guarded, events_2, kinds, kinds_1, parts, parts_1, pairs, pairs_1, stays TO reader`);
    reader = await connect({ ...cluster.connection(), user: 'reader' }, { applicationName: 'reader' });
  });
  afterAll(async () => {
    for (const session of [admin, reader]) await session?.[Symbol.asyncDispose]();
    await cluster?.[Symbol.asyncDispose]();
  });

  it.each(refused)('%s', async (statement, rows) => {
    const { verdict, reason, remedy } = await ask([statement]);
    expect(await runs(statement)).toBe(rows === 'fine');
    if (rows === 'fine') {
      expect(verdict).toBe('pass');
      return;
    }
    expect({ verdict, reason }).toEqual({ verdict: 'block', reason: expect.stringContaining(rows) });
    const query = /They are shown by: (.*);$/s.exec(remedy ?? '')?.[1];
    if (query === undefined) expect(major === 15 || statement.includes('USING code')).toBe(true);
    else expect((await reader.query(query)).rows.length).toBeGreaterThan(0);
  });

  it.each(fine)('%s', async (statement) => {
    expect(await ask([statement])).toMatchObject({ verdict: 'pass' });
    expect(await runs(statement)).toBe(true);
  });

  it('reads in parts, and stops counting at a limit', async () => {
    const settings = { pagesPerPart: 1, atMost: 7 };
    const statement = 'ALTER TABLE orders ADD CHECK (qty < 10)';
    expect(await ask([statement], { settings })).toMatchObject({
      verdict: 'block',
      reason: expect.stringContaining('7 or more'),
    });
    const whole = await ask(['ALTER TABLE orders ADD CHECK (qty <> 2999)'], { settings });
    expect(whole.reason).toContain(': 1');
  });

  it('a constraint that is added NOT VALID is counted where it is validated', async () => {
    const add = 'ALTER TABLE orders ADD CONSTRAINT later CHECK (qty > 0) NOT VALID';
    expect(await ask([add])).toMatchObject({ verdict: 'pass' });
    const both = await ask([add, 'ALTER TABLE orders VALIDATE CONSTRAINT later']);
    expect(both).toMatchObject({ verdict: 'block', reason: expect.stringContaining('0001.sql:2') });
  });

  it('rows that the change may repair before only warn', async () => {
    const repaired = await ask(['UPDATE orders SET qty = 1 WHERE qty < 0', 'ALTER TABLE orders ADD CHECK (qty > 0)']);
    expect(repaired).toMatchObject({ verdict: 'warn', reason: expect.stringContaining('0001.sql:1') });
    const made = await ask(['ALTER TABLE orders ADD COLUMN fresh int', 'ALTER TABLE orders ALTER fresh SET NOT NULL']);
    expect(made).toMatchObject({ verdict: 'pass', observation: { checks: [{ outcome: 'not there yet' }] } });
    const other = await ask(['UPDATE customers SET note = 1', 'ALTER TABLE orders ADD CHECK (qty > 0)']);
    expect(other).toMatchObject({ verdict: 'block' });
  });

  it('what it may not read, has no time for, or cannot count is unknown', async () => {
    expect(await ask(['ALTER TABLE secret ALTER id SET NOT NULL'])).toMatchObject({
      verdict: 'unknown',
      reason: expect.stringContaining('42501'),
    });
    expect(await ask(['ALTER TABLE guarded ALTER id SET NOT NULL'])).toMatchObject({
      verdict: 'unknown',
      reason: expect.stringContaining('42501'),
    });
    const late = await ask(['ALTER TABLE orders ALTER qty SET NOT NULL'], { settings: { budgetMs: 0 } });
    expect(late).toMatchObject({ verdict: 'unknown', reason: expect.stringContaining('longer than its budget') });
    const slow = await ask(['ALTER TABLE orders ADD CHECK (pg_sleep(0.01) IS NOT NULL)'], {
      settings: { budgetMs: 200 },
    });
    expect(slow).toMatchObject({ verdict: 'unknown' });
    expect(await ask(['ALTER TABLE remote ALTER id SET NOT NULL'])).toMatchObject({ verdict: 'unknown' });
  });

  it('gives up soon behind an exclusive lock', async () => {
    await admin.query('BEGIN; LOCK TABLE orders');
    const startedAt = Date.now();
    expect(await ask(['ALTER TABLE orders ALTER qty SET NOT NULL'])).toMatchObject({
      verdict: 'unknown',
      reason: expect.stringContaining('55P03'),
    });
    expect(Date.now() - startedAt).toBeLessThan(3_000);
    await admin.query('ROLLBACK');
  });

  it('records no value of a row', async () => {
    const { observation } = await ask(['ALTER TABLE orders ALTER code TYPE integer USING code::integer']);
    expect(JSON.stringify(observation)).not.toContain('c1');
  });
});
