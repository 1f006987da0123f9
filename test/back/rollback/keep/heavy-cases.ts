import type { KeepCase } from './keep-cases.js';

const accounts = `CREATE TABLE accounts (id serial PRIMARY KEY, name varchar(20) NOT NULL, active int NOT NULL DEFAULT 1, role text);
  INSERT INTO accounts (name, active, role) VALUES ('a', 1, 'user'), ('b', 0, NULL), ('c', 1, 'owner')`;

const log = `CREATE TABLE log (id bigserial PRIMARY KEY, kind text NOT NULL, at date NOT NULL);
  INSERT INTO log (kind, at) VALUES ('x', '2024-01-05'), ('y', '2024-02-05'), ('z', '2024-02-06')`;
const inParts = [
  'ALTER TABLE log RENAME TO log_old',
  'ALTER TABLE log_old RENAME CONSTRAINT log_pkey TO log_old_pkey',
  'CREATE TABLE log (LIKE log_old INCLUDING DEFAULTS) PARTITION BY RANGE (at)',
  'ALTER TABLE log ADD PRIMARY KEY (id, at)',
  `CREATE TABLE log_1 PARTITION OF log FOR VALUES FROM ('2024-01-01') TO ('2024-02-01')`,
  'CREATE TABLE log_rest PARTITION OF log DEFAULT',
  `INSERT INTO log SELECT id, CASE kind WHEN 'y' THEN 'why' ELSE kind END, at FROM log_old`,
  'ALTER SEQUENCE log_id_seq OWNED BY log.id',
  'DROP TABLE log_old',
];

/** Changes of many rows as teams write them. */
export const heavyCases: readonly KeepCase[] = [
  {
    title: 'numbers that became truth values by an expression of their own',
    setup: accounts,
    up: [
      'ALTER TABLE accounts ALTER active DROP DEFAULT',
      'ALTER TABLE accounts ALTER active TYPE boolean USING active = 1',
      'ALTER TABLE accounts ALTER active SET DEFAULT true',
    ],
    writes: `INSERT INTO accounts (name, active) VALUES ('new', true); UPDATE accounts SET active = true WHERE name = 'b'`,
    leaves: { query: 'SELECT name, active FROM accounts ORDER BY id', gives: ['a 1', 'b 1', 'c 1', 'new 1'] },
  },
  {
    title: 'words that became numbers, NULL too',
    setup: accounts,
    up: [
      `ALTER TABLE accounts ALTER role TYPE smallint USING CASE role WHEN 'user' THEN 1 WHEN 'owner' THEN 3 ELSE 0 END`,
      'ALTER TABLE accounts ALTER role SET NOT NULL',
    ],
  },
  {
    title: 'values that are too long for the former type',
    setup: accounts,
    up: ['ALTER TABLE accounts ALTER name TYPE text', 'UPDATE accounts SET name = repeat(name, 50)'],
  },
  {
    title: 'a column numbered by a sequence that was replaced',
    setup: accounts,
    up: [
      'ALTER TABLE accounts ADD COLUMN big bigint',
      'UPDATE accounts SET big = id',
      'ALTER TABLE accounts DROP COLUMN id',
      'ALTER TABLE accounts ADD PRIMARY KEY (big)',
    ],
  },
  {
    title: 'a row that others were led to',
    setup: `CREATE TABLE env (name text PRIMARY KEY); CREATE TABLE feature (id int PRIMARY KEY, env text NOT NULL REFERENCES env);
      INSERT INTO env VALUES ('global'); INSERT INTO feature VALUES (1, 'global'), (2, 'global')`,
    up: [
      `INSERT INTO env VALUES ('default')`,
      `UPDATE feature SET env = 'default'`,
      `DELETE FROM env WHERE name = 'global'`,
    ],
  },
  {
    title: 'labels that a type got together with rows that use them',
    setup: `CREATE TABLE org (id int PRIMARY KEY, plan text DEFAULT 'free'); INSERT INTO org VALUES (1, 'free'), (2, 'pro')`,
    up: [
      `CREATE TYPE plan AS ENUM ('FREE', 'PRO', 'MAX')`,
      'ALTER TABLE org ALTER plan DROP DEFAULT',
      'ALTER TABLE org ALTER plan TYPE plan USING upper(plan)::plan',
      `UPDATE org SET plan = 'MAX' WHERE id = 1`,
    ],
  },
  {
    title: 'labels that were replaced by others in a new type',
    setup: `CREATE TYPE plan AS ENUM ('FREE', 'PRO'); CREATE TABLE org (id int PRIMARY KEY, plan plan);
      INSERT INTO org VALUES (1, 'FREE'), (2, 'PRO'), (3, NULL)`,
    up: [
      `CREATE TYPE plan_new AS ENUM ('FREE', 'TEAM')`,
      `ALTER TABLE org ALTER plan TYPE plan_new USING (CASE plan::text WHEN 'PRO' THEN 'TEAM' ELSE plan::text END)::plan_new`,
      'DROP TYPE plan',
      'ALTER TYPE plan_new RENAME TO plan',
    ],
    writes: `INSERT INTO org VALUES (4, 'TEAM')`,
    leaves: { query: 'SELECT id, plan FROM org ORDER BY id', gives: ['1 FREE', '2 PRO', '3 null', '4 PRO'] },
  },
  { title: 'a table that was replaced by a partitioned one', setup: log, up: inParts },
  {
    title: 'rows that came and went in partitions meanwhile',
    setup: log,
    up: inParts,
    writes: `INSERT INTO log (kind, at) VALUES ('new', '2024-01-20'); DELETE FROM log WHERE kind = 'x'; UPDATE log SET kind = 'Z' WHERE kind = 'z'`,
    leaves: { query: 'SELECT id, kind FROM log ORDER BY id', gives: ['2 y', '3 Z', '4 new'] },
  },
  {
    title: 'partitioned tables with rows that others refer to',
    setup: `CREATE TABLE sale (id int, region text, PRIMARY KEY (id, region)) PARTITION BY LIST (region);
      CREATE TABLE sale_eu PARTITION OF sale FOR VALUES IN ('eu'); CREATE TABLE sale_us PARTITION OF sale FOR VALUES IN ('us');
      CREATE TABLE refund (id int PRIMARY KEY, sale int, region text, FOREIGN KEY (sale, region) REFERENCES sale);
      INSERT INTO sale VALUES (1, 'eu'), (2, 'us'); INSERT INTO refund VALUES (1, 2, 'us')`,
    up: ['DROP TABLE refund', 'DROP TABLE sale'],
  },
];
