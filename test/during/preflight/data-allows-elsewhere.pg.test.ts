import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import dataAllows from '../../../src/during/preflight/gates/database/data-allows.js';
import { type Cluster, startCluster } from '../../../src/foundation/postgres/server/cluster.js';
import { connect, type Session } from '../../../src/foundation/postgres/session.js';
import { askGate } from './gate-bench.js';

const setup = `
  CREATE EXTENSION btree_gist;
  CREATE DOMAIN amount AS int; CREATE DOMAIN price AS amount; CREATE DOMAIN score AS int; CREATE DOMAIN mark AS int; CREATE DOMAIN unused AS int;
  CREATE TABLE wares (cost amount, asked price); INSERT INTO wares VALUES (1, -2), (NULL, 5), (-3, 7);
  CREATE MATERIALIZED VIEW costs AS SELECT cost FROM wares;
  CREATE TABLE spread (n score) PARTITION BY LIST (n); CREATE TABLE spread_1 PARTITION OF spread FOR VALUES IN (-1, 1); INSERT INTO spread VALUES (-1);
  ALTER DOMAIN score ADD CONSTRAINT later CHECK (VALUE > 0) NOT VALID; ALTER DOMAIN score ADD CONSTRAINT held CHECK (VALUE < 99) NOT VALID;
  CREATE TYPE pair AS (one int, two int); CREATE DOMAIN pairs AS pair; CREATE TABLE paired (p pairs); INSERT INTO paired VALUES (ROW(NULL, NULL)), (ROW(1, 2));
  CREATE TABLE lists (marks mark[]);
  CREATE DOMAIN part AS int; CREATE TYPE box2 AS (w part); CREATE TABLE boxes (b box2);
  CREATE DOMAIN edge AS int; CREATE TYPE edges AS RANGE (subtype = edge); CREATE TABLE spans (s edges);
  CREATE DOMAIN typed AS int; CREATE TYPE idle AS (t typed);
  CREATE TABLE events (id int, at date) PARTITION BY RANGE (at);
  CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
  CREATE TABLE events_rest PARTITION OF events DEFAULT PARTITION BY LIST (id);
  CREATE TABLE events_rest_1 PARTITION OF events_rest FOR VALUES IN (1); CREATE TABLE events_rest_2 PARTITION OF events_rest DEFAULT;
  INSERT INTO events VALUES (1, '2026-03-01'), (2, '2026-03-31'), (3, NULL), (4, '2026-01-01');
  CREATE TABLE kinds (kind text) PARTITION BY LIST (kind); CREATE TABLE kinds_a PARTITION OF kinds FOR VALUES IN ('a');
  CREATE TABLE others (kind text); INSERT INTO others VALUES ('a'), ('b'), (NULL);
  CREATE TABLE named (name text) PARTITION BY RANGE (lower(name), (length(name) + 1)); CREATE TABLE named_rest PARTITION OF named DEFAULT;
  INSERT INTO named VALUES ('Beta'), ('zeta');
  CREATE TABLE deep (id int, at int) PARTITION BY RANGE (id); CREATE TABLE deep_1 PARTITION OF deep FOR VALUES FROM (1) TO (10) PARTITION BY RANGE (at);
  CREATE TABLE strays (id int, at int); INSERT INTO strays VALUES (1, 5), (50, 5);
  CREATE TABLE stays (room int, during int4range, begins int, ends int);
  INSERT INTO stays VALUES (1, '[1,5)', 1, 5), (1, '[4,6)', 4, 6), (2, '[1,9)', 1, 9), (3, '[1,2)', NULL, NULL);
  ANALYZE`;

/** With the names of the tables and the rows at fault, which the query has to show. */
const refused: readonly (readonly [statement: string, words: string])[] = [
  ['ALTER DOMAIN amount ADD CONSTRAINT positive CHECK (VALUE > 0)', 'of cost on wares (0001.sql:1): 1'],
  ['ALTER DOMAIN public.amount SET NOT NULL', 'the domain amount of cost on costs (0001.sql:1): 1'],
  ['ALTER DOMAIN price ADD CHECK (value <> 5)', 'of asked on wares (0001.sql:1): 1'],
  ['ALTER DOMAIN score VALIDATE CONSTRAINT later', 'the domain score of n on spread_1 (0001.sql:1): 1'],
  ['ALTER DOMAIN pairs ADD CHECK ((VALUE).one > 1)', 'of p on paired (0001.sql:1): 1'],
  ['ALTER DOMAIN mark ADD CHECK (VALUE > 0)', 'of marks on lists (0001.sql:1): the values are inside of others'],
  ['ALTER DOMAIN part SET NOT NULL', 'of b on boxes (0001.sql:1): the values are inside of others'],
  ['ALTER DOMAIN edge ADD CHECK (VALUE > 0)', 'of s on spans (0001.sql:1): the values are inside of others'],
  [
    "CREATE TABLE march PARTITION OF events FOR VALUES FROM ('2026-03-01') TO ('2026-04-01')",
    'the new partition march on events_rest (0001.sql:1): 2',
  ],
  [
    "CREATE TABLE march (id int, at date); ALTER TABLE events ATTACH PARTITION march FOR VALUES FROM ('2026-03-31') TO (MAXVALUE)",
    'the new partition march on events_rest (0001.sql:1): 1',
  ],
  ['ALTER TABLE kinds ATTACH PARTITION others DEFAULT', 'the bound of the partition on others (0001.sql:1): 1'],
  [
    "CREATE TABLE kinds_b PARTITION OF kinds FOR VALUES IN ('b', NULL); ALTER TABLE kinds ATTACH PARTITION others DEFAULT",
    'the bound of the partition on others (0001.sql:1): 3',
  ],
  [
    "CREATE TABLE named_b PARTITION OF named FOR VALUES FROM ('b', 1) TO ('c', 1)",
    'the new partition named_b on named_rest (0001.sql:1): 1',
  ],
  ['ALTER TABLE deep_1 ATTACH PARTITION strays FOR VALUES FROM (1) TO (10)', 'on strays (0001.sql:1): 1'],
  ['ALTER TABLE deep_1 ATTACH PARTITION strays DEFAULT', 'on strays (0001.sql:1): 1'],
  [
    'ALTER TABLE stays ADD EXCLUDE USING gist (int4range(begins, ends) WITH &&, room WITH =)',
    'on stays (0001.sql:1): 2',
  ],
  ['ALTER TABLE stays ADD EXCLUDE USING gist ((room + 0) WITH =, during WITH &&) WHERE (room < 2)', ': 2'],
];

const fine: readonly string[] = [
  'ALTER DOMAIN amount ADD CHECK (VALUE > -4)',
  'ALTER DOMAIN price SET NOT NULL',
  'ALTER DOMAIN pairs SET NOT NULL',
  'ALTER DOMAIN score VALIDATE CONSTRAINT held',
  'ALTER DOMAIN mark ADD CHECK (VALUE > 0) NOT VALID',
  'ALTER DOMAIN typed ADD CHECK (VALUE > 0)',
  'ALTER DOMAIN unused SET NOT NULL',
  'ALTER DOMAIN amount DROP NOT NULL',
  "CREATE TABLE april PARTITION OF events FOR VALUES FROM ('2026-04-01') TO ('2026-05-01')",
  "CREATE TABLE kinds_b PARTITION OF kinds FOR VALUES IN ('b')",
  "CREATE TABLE named_c PARTITION OF named FOR VALUES FROM ('c', 1) TO ('d', 1)",
  'ALTER TABLE stays ADD EXCLUDE USING gist (int4range(begins, ends) WITH &&, room WITH =) WHERE (room > 1)',
];

describe.each([15, 16, 17, 18] as const)('on PostgreSQL %i', (major) => {
  let cluster: Cluster;
  let admin: Session;

  const ask = (statements: readonly string[]) => askGate(dataAllows, { session: admin, statements });
  const runs = async (statement: string): Promise<boolean> => {
    await admin.query('BEGIN');
    const done = await admin.query(statement).then(
      () => true,
      () => false,
    );
    await admin.query('ROLLBACK');
    return done;
  };
  /** The gate says what the server says, and shows as many rows as it counts. */
  const expectRefused = async (statement: string, words: string) => {
    const { verdict, reason, remedy, observation } = await ask(statement.split('; '));
    const shown = statement.includes('; ') ? words.replace(':1)', ':2)') : words;
    expect({ verdict, reason }).toEqual({ verdict: 'block', reason: expect.stringContaining(shown) });
    expect(await runs(statement)).toBe(false);
    const query = /They are shown by: (.*?)(?:; SELECT .*)?;$/s.exec(remedy ?? '')?.[1];
    if (words.includes('inside of others')) expect(remedy).toContain('NOT VALID');
    else {
      const { checks } = observation as { readonly checks: readonly { readonly violators: number | null }[] };
      const counted = checks.find(({ violators }) => (violators ?? 0) > 0);
      expect((await admin.query(query ?? '')).rows).toHaveLength(counted?.violators ?? -1);
    }
  };

  beforeAll(async () => {
    cluster = await startCluster({ major, serverBin: null });
    admin = await connect(cluster.connection(), { applicationName: 'test admin' });
    await admin.query(setup);
  });
  afterAll(async () => {
    await admin?.[Symbol.asyncDispose]();
    await cluster?.[Symbol.asyncDispose]();
  });

  it.each(refused)('%s', expectRefused);

  it.each(fine)('%s', async (statement) => {
    expect(await ask([statement])).toMatchObject({ verdict: 'pass' });
    expect(await runs(statement)).toBe(true);
  });

  it('a constraint of a domain that is added NOT VALID is counted where it is validated', async () => {
    const add = 'ALTER DOMAIN price ADD CONSTRAINT fair CHECK (VALUE > 0) NOT VALID';
    const both = await ask([add, 'ALTER DOMAIN price VALIDATE CONSTRAINT fair']);
    expect(both).toMatchObject({ verdict: 'block', reason: expect.stringContaining('on wares (0001.sql:2): 1') });
  });

  it('rows that the change takes away before only warn', async () => {
    const make = "CREATE TABLE march PARTITION OF events FOR VALUES FROM ('2026-03-01') TO ('2026-04-01')";
    expect(await ask(["DELETE FROM events_rest WHERE at > '2026-02-01'", make])).toMatchObject({ verdict: 'warn' });
    expect(await ask(['ALTER TABLE events DETACH PARTITION events_rest', make])).toMatchObject({ verdict: 'warn' });
    expect(await ask(['DROP TABLE events_rest', make])).toMatchObject({ verdict: 'warn' });
    expect(await ask(['UPDATE wares SET cost = 1', 'ALTER DOMAIN amount ADD CHECK (VALUE > -3)'])).toMatchObject({
      verdict: 'block',
      reason: expect.stringContaining('on costs'),
    });
    expect(await ask(['DELETE FROM stays', make])).toMatchObject({ verdict: 'block' });
  });

  it.runIf(major >= 17)('rows exclude each other inside of their partition', async () => {
    await admin.query(`CREATE TABLE tours (day int, during int4range) PARTITION BY LIST (day);
      CREATE TABLE tours_1 PARTITION OF tours FOR VALUES IN (1); CREATE TABLE tours_2 PARTITION OF tours FOR VALUES IN (2);
      INSERT INTO tours VALUES (1, '[1,5)'), (2, '[1,5)'), (2, '[4,5)')`);
    const exclude = 'ALTER TABLE tours ADD EXCLUDE USING gist (day WITH =, during WITH &&)';
    await expectRefused(exclude, 'on tours (0001.sql:1): 2');
    await admin.query('TRUNCATE tours_2');
    expect(await ask([exclude])).toMatchObject({ verdict: 'pass' });
    expect(await runs(exclude)).toBe(true);
  });

  it.runIf(major >= 18)('periods', async () => {
    await admin.query(`CREATE TABLE terms (id int, valid int4range, PRIMARY KEY (id, valid WITHOUT OVERLAPS));
      INSERT INTO terms VALUES (1, '[1,5)'), (1, '[5,9)'), (2, '[1,3)');
      CREATE TABLE parts (id int, valid int4range); INSERT INTO parts VALUES (1, '[2,8)'), (2, NULL), (NULL, '[1,2)');
      CREATE TABLE gaps (id int, valid int4range); INSERT INTO gaps VALUES (2, '[2,8)'), (9, '[1,2)'), (1, 'empty'), (1, '[1,9)');
      CREATE TABLE nothing (id int, valid int4range); INSERT INTO nothing VALUES (1, 'empty'), (2, '[1,2)');
      CREATE TABLE many (id int, valid int4multirange); INSERT INTO many VALUES (1, '{[1,3),[5,7)}'), (1, '{[4,6)}'), (2, '{[4,6)}');
      CREATE TABLE apart (id int, valid int4range) PARTITION BY LIST (id); CREATE TABLE apart_1 PARTITION OF apart FOR VALUES IN (1);
      INSERT INTO apart VALUES (1, '[1,3)'), (1, '[2,4)')`);
    for (const statement of [
      'ALTER TABLE parts ADD FOREIGN KEY (id, PERIOD valid) REFERENCES terms',
      'ALTER TABLE gaps ADD CONSTRAINT later FOREIGN KEY (id, PERIOD valid) REFERENCES terms NOT VALID',
      'ALTER TABLE nothing ADD EXCLUDE USING gist (id WITH =, valid WITH &&)',
    ]) {
      expect(await ask([statement]), statement).toMatchObject({ verdict: 'pass' });
      expect(await runs(statement), statement).toBe(true);
    }
    const key = 'FOREIGN KEY (id, PERIOD valid) REFERENCES public.terms (id, PERIOD valid)';
    await expectRefused(`ALTER TABLE gaps ADD CONSTRAINT whole ${key}`, 'on gaps (0001.sql:1): 3');
    await expectRefused('ALTER TABLE nothing ADD UNIQUE (id, valid WITHOUT OVERLAPS)', 'on nothing (0001.sql:1): 1');
    await expectRefused('ALTER TABLE many ADD PRIMARY KEY (id, valid WITHOUT OVERLAPS)', 'on many (0001.sql:1): 2');
    await expectRefused('ALTER TABLE apart ADD UNIQUE (id, valid WITHOUT OVERLAPS)', 'on apart (0001.sql:1): 2');
    await admin.query(`ALTER TABLE gaps ADD CONSTRAINT later ${key} NOT VALID`);
    await expectRefused('ALTER TABLE gaps VALIDATE CONSTRAINT later', 'on gaps (0001.sql:1): 3');
  });
});
