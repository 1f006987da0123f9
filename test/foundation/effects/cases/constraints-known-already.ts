import type { Case } from '../oracle.js';

const ranges =
  'CREATE TABLE r (a date NOT NULL, b int) PARTITION BY RANGE (a); CREATE TABLE r_rest PARTITION OF r DEFAULT;';
const lists =
  'CREATE TABLE l (a text NOT NULL, b int) PARTITION BY LIST (a); CREATE TABLE l_rest PARTITION OF l DEFAULT;';
const deep = `${ranges.replace('r_rest PARTITION OF r DEFAULT', 'r_rest PARTITION OF r DEFAULT PARTITION BY LIST (b)')}
  CREATE TABLE r_rest_1 PARTITION OF r_rest FOR VALUES IN (1); CREATE TABLE r_rest_2 PARTITION OF r_rest FOR VALUES IN (2);
  INSERT INTO r VALUES ('2020-01-01', 1), ('2020-01-01', 2);`;
const ofRows = "INSERT INTO r VALUES ('2020-01-01', 1);";

const keyed = `CREATE TABLE u (id int PRIMARY KEY); INSERT INTO u VALUES (1);
  CREATE TABLE p (a int NOT NULL, b int) PARTITION BY RANGE (a);
  CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10); CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (10) TO (20);
  INSERT INTO p VALUES (1, 1), (11, 1);`;
const tree = `CREATE TABLE u (id int PRIMARY KEY); INSERT INTO u VALUES (1);
  CREATE TABLE p (a int NOT NULL, b int) PARTITION BY RANGE (a);
  CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10) PARTITION BY RANGE (a);
  CREATE TABLE p1_1 PARTITION OF p1 FOR VALUES FROM (0) TO (5); CREATE TABLE p1_2 PARTITION OF p1 FOR VALUES FROM (5) TO (10);
  INSERT INTO p VALUES (1, 1), (6, 1);`;

/** What a constraint that is there already, or is never checked, spares the server. */
export const cases: readonly Case[] = [
  { majors: [18], sql: 'ALTER TABLE orders ADD COLUMN x int CHECK (x > 0) NOT ENFORCED' },
  { majors: [18], sql: 'ALTER TABLE orders ADD COLUMN x int CHECK (x > 0) ENFORCED' },
  { majors: [18], sql: 'ALTER TABLE orders ADD COLUMN x int CHECK (x > 0) CHECK (x < 10) NOT ENFORCED' },
  { majors: [18], sql: 'ALTER TABLE orders ADD COLUMN x int CHECK (x > 0) NOT ENFORCED CHECK (x < 10)' },
  { majors: [18], sql: 'ALTER TABLE orders ADD COLUMN x bigint DEFAULT 1 REFERENCES users NOT ENFORCED' },
  { majors: [18], sql: 'ALTER TABLE orders ADD COLUMN x bigint DEFAULT 1 REFERENCES users' },
  {
    setup: `${ranges}${ofRows}`,
    sql: "CREATE TABLE r1 PARTITION OF r FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')",
  },
  {
    setup: `${ranges}${ofRows} ALTER TABLE r_rest ADD CHECK (a < '2024-01-01' OR a >= '2025-01-01')`,
    sql: "CREATE TABLE r1 PARTITION OF r FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')",
  },
  {
    setup: `${ranges}${ofRows} ALTER TABLE r_rest ADD CHECK (a < '2024-01-01' OR a >= '2025-01-01') NOT VALID`,
    sql: "CREATE TABLE r1 PARTITION OF r FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')",
  },
  {
    setup: `${ranges}${ofRows} ALTER TABLE r_rest ADD CHECK (a < '2024-06-01')`,
    sql: "CREATE TABLE r1 PARTITION OF r FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')",
  },
  {
    setup: `${lists} INSERT INTO l VALUES ('x', 1); ALTER TABLE l_rest ADD CHECK (a IN ('x', 'y'))`,
    sql: "CREATE TABLE l1 PARTITION OF l FOR VALUES IN ('z')",
  },
  {
    setup: `${lists} INSERT INTO l VALUES ('x', 1); ALTER TABLE l_rest ADD CHECK (a <> 'z')`,
    sql: "CREATE TABLE l1 PARTITION OF l FOR VALUES IN ('z')",
  },
  { setup: deep, sql: "CREATE TABLE r1 PARTITION OF r FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')" },
  {
    setup: `${deep} ALTER TABLE r_rest ADD CHECK (a < '2024-01-01')`,
    sql: "CREATE TABLE r1 PARTITION OF r FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')",
  },
  {
    setup: `${deep} ALTER TABLE r_rest_1 ADD CHECK (a < '2024-01-01')`,
    sql: "CREATE TABLE r1 PARTITION OF r FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')",
  },
  { setup: keyed, sql: 'ALTER TABLE p ADD FOREIGN KEY (b) REFERENCES u' },
  {
    setup: `${keyed} ALTER TABLE p1 ADD FOREIGN KEY (b) REFERENCES u; ALTER TABLE p2 ADD FOREIGN KEY (b) REFERENCES u`,
    sql: 'ALTER TABLE p ADD FOREIGN KEY (b) REFERENCES u',
    text: 'unchecked',
  },
  {
    setup: `${keyed} ALTER TABLE p1 ADD FOREIGN KEY (b) REFERENCES u`,
    sql: 'ALTER TABLE p ADD FOREIGN KEY (b) REFERENCES u (id)',
    text: 'unchecked',
  },
  {
    setup: `${keyed} ALTER TABLE p1 ADD FOREIGN KEY (b) REFERENCES u ON DELETE CASCADE; ALTER TABLE p2 ADD FOREIGN KEY (b) REFERENCES u DEFERRABLE`,
    sql: 'ALTER TABLE p ADD FOREIGN KEY (b) REFERENCES u',
    text: 'unchecked',
  },
  {
    setup: `${keyed} ALTER TABLE p1 ADD FOREIGN KEY (b) REFERENCES u NOT VALID; ALTER TABLE p2 ADD FOREIGN KEY (b) REFERENCES u`,
    sql: 'ALTER TABLE p ADD FOREIGN KEY (b) REFERENCES u',
    text: 'unchecked',
  },
  {
    setup: `${keyed} ALTER TABLE p1 ADD FOREIGN KEY (b) REFERENCES u ON DELETE CASCADE ON UPDATE SET NULL DEFERRABLE INITIALLY DEFERRED`,
    sql: 'ALTER TABLE p ADD FOREIGN KEY (b) REFERENCES u ON DELETE CASCADE ON UPDATE SET NULL DEFERRABLE INITIALLY DEFERRED',
    text: 'unchecked',
  },
  {
    setup: `${tree} ALTER TABLE p1 ADD FOREIGN KEY (b) REFERENCES u`,
    sql: 'ALTER TABLE p ADD FOREIGN KEY (b) REFERENCES u',
    text: 'unchecked',
  },
  {
    setup: `${tree} ALTER TABLE p1_1 ADD FOREIGN KEY (b) REFERENCES u`,
    sql: 'ALTER TABLE p ADD FOREIGN KEY (b) REFERENCES u',
    text: 'unchecked',
  },
  {
    setup: `${deep} ALTER TABLE r_rest ADD CHECK (a < '2024-01-01'); CREATE TABLE r1 (LIKE r)`,
    sql: "ALTER TABLE r ATTACH PARTITION r1 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')",
  },
  {
    setup: `${keyed} ALTER TABLE p1 ADD FOREIGN KEY (b) REFERENCES u NOT VALID`,
    sql: 'ALTER TABLE p ADD FOREIGN KEY (b) REFERENCES u',
    text: 'unchecked',
  },
  {
    majors: [18],
    setup: `${keyed} ALTER TABLE p1 ADD FOREIGN KEY (b) REFERENCES u`,
    sql: 'ALTER TABLE p ADD FOREIGN KEY (b) REFERENCES u NOT VALID',
    text: 'unchecked',
  },
  {
    majors: [18],
    setup: `${keyed} ALTER TABLE p1 ADD FOREIGN KEY (b) REFERENCES u NOT ENFORCED`,
    sql: 'ALTER TABLE p ADD FOREIGN KEY (b) REFERENCES u NOT ENFORCED',
    text: 'unchecked',
  },
  {
    majors: [17, 18],
    setup: `${keyed} ALTER TABLE p1 ADD EXCLUDE USING btree (a WITH =)`,
    sql: 'ALTER TABLE p ADD EXCLUDE USING btree (a WITH =)',
  },
  { setup: keyed, sql: 'ALTER TABLE p ADD UNIQUE (a)' },
  { setup: `${keyed} ALTER TABLE p1 ADD UNIQUE NULLS NOT DISTINCT (a)`, sql: 'ALTER TABLE p ADD UNIQUE (a)' },
  {
    setup: `${keyed} ALTER TABLE p1 ADD UNIQUE (a); ALTER TABLE p2 ADD UNIQUE (a)`,
    sql: 'ALTER TABLE p ADD UNIQUE (a)',
  },
  { setup: `${keyed} ALTER TABLE p1 ADD UNIQUE (a)`, sql: 'ALTER TABLE p ADD UNIQUE (a)' },
  { setup: `${keyed} ALTER TABLE p1 ADD UNIQUE (a, b)`, sql: 'ALTER TABLE p ADD UNIQUE (a)' },
  { setup: `${keyed} ALTER TABLE p1 ADD UNIQUE (a) INCLUDE (b)`, sql: 'ALTER TABLE p ADD UNIQUE (a) INCLUDE (b)' },
  { setup: `${keyed} ALTER TABLE p1 ADD UNIQUE (a) DEFERRABLE`, sql: 'ALTER TABLE p ADD UNIQUE (a)' },
  { setup: `${keyed} CREATE UNIQUE INDEX ON p1 (a)`, sql: 'ALTER TABLE p ADD UNIQUE (a)' },
  { setup: `${keyed} ALTER TABLE p1 ADD PRIMARY KEY (a)`, sql: 'ALTER TABLE p ADD UNIQUE (a)' },
  { setup: `${keyed} ALTER TABLE p1 ADD PRIMARY KEY (a)`, sql: 'ALTER TABLE p ADD PRIMARY KEY (a)' },
  { setup: `${tree} ALTER TABLE p1 ADD UNIQUE (a)`, sql: 'ALTER TABLE p ADD UNIQUE (a)' },
  { setup: `${tree} ALTER TABLE p1_1 ADD UNIQUE (a)`, sql: 'ALTER TABLE p ADD UNIQUE (a)' },
  { setup: `${keyed} CREATE INDEX ON p1 (b)`, sql: 'CREATE INDEX ON p (b)' },
];
