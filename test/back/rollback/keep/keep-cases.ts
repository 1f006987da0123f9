export interface KeepCase {
  readonly title: string;
  readonly setup: string;
  readonly up: readonly string[];
  /** What the application does between up and down. */
  readonly writes?: string;
  /** A query, and what it gives after the down; without it, all rows have to be as before. */
  readonly leaves?: { readonly query: string; readonly gives: readonly string[] };
}

const people = `CREATE TABLE people (id int PRIMARY KEY, name text NOT NULL, age int);
  INSERT INTO people VALUES (1, 'ada', 36), (2, 'bob', 40), (3, 'cyd', NULL)`;
const all = `SELECT people::text AS row FROM people ORDER BY id`;

export const keepCases: readonly KeepCase[] = [
  { title: 'a dropped column', setup: people, up: ['ALTER TABLE people DROP COLUMN name'] },
  {
    title: 'a dropped column, with rows that went and changed meanwhile',
    setup: people,
    up: ['ALTER TABLE people DROP COLUMN age'],
    writes: `DELETE FROM people WHERE id = 1; UPDATE people SET name = 'rob' WHERE id = 2; INSERT INTO people VALUES (4, 'new')`,
    leaves: { query: 'SELECT id, name, age FROM people ORDER BY id', gives: ['2 rob 40', '3 cyd null', '4 new null'] },
  },
  {
    title: 'a dropped column of a table without a key, equal rows too',
    setup: `CREATE TABLE log (line text, level int NOT NULL); INSERT INTO log VALUES ('a', 1), ('a', 1), ('a', 2), ('b', 3), (NULL, 4)`,
    up: ['ALTER TABLE log DROP COLUMN level'],
  },
  {
    title: 'two dropped NOT NULL columns, one of a type that goes too',
    setup: `CREATE TYPE mood AS ENUM ('sad', 'glad'); CREATE TABLE t (id int PRIMARY KEY, m mood NOT NULL, n int NOT NULL UNIQUE);
      INSERT INTO t VALUES (1, 'sad', 10), (2, 'glad', 20)`,
    up: ['ALTER TABLE t DROP COLUMN m, DROP COLUMN n', 'DROP TYPE mood'],
  },
  {
    title: 'a dropped identity column beside another key',
    setup: `CREATE TABLE t (code text PRIMARY KEY, id int GENERATED ALWAYS AS IDENTITY, twice int GENERATED ALWAYS AS (length(code) * 2) STORED);
      INSERT INTO t (code) VALUES ('b'), ('a'), ('ccc'); DELETE FROM t WHERE code = 'b'`,
    up: ['ALTER TABLE t DROP COLUMN id'],
  },
  {
    title: 'dropped tables with foreign keys, identity and generated columns, and triggers',
    setup: `CREATE TABLE a (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, v int NOT NULL, w int GENERATED ALWAYS AS (v + 1) STORED);
      CREATE TABLE b (id int PRIMARY KEY, a_id int NOT NULL REFERENCES a, parent int REFERENCES b);
      CREATE FUNCTION bump() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.v := 99; RETURN NEW; END';
      CREATE TRIGGER bump BEFORE UPDATE ON a FOR EACH ROW EXECUTE FUNCTION bump();
      INSERT INTO a (v) VALUES (5), (6); INSERT INTO b VALUES (1, 2, NULL), (2, 1, 1)`,
    up: ['DROP TABLE a, b'],
  },
  {
    title: 'a dropped partitioned table',
    setup: `CREATE TABLE p (id int, at date, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
      CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
      CREATE TABLE p2 PARTITION OF p FOR VALUES FROM ('2021-01-01') TO ('2022-01-01');
      INSERT INTO p VALUES (1, '2020-05-05'), (2, '2021-05-05')`,
    up: ['DROP TABLE p'],
  },
  {
    title: 'a column dropped from a partitioned table',
    setup: `CREATE TABLE p (id int PRIMARY KEY, v text NOT NULL) PARTITION BY LIST (id);
      CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2);
      INSERT INTO p VALUES (1, 'x'), (2, 'y')`,
    up: ['ALTER TABLE p DROP COLUMN v'],
  },
  {
    title: 'UPDATE, where the application has changed one row since',
    setup: people,
    up: [`UPDATE people SET name = upper(name)`],
    writes: `UPDATE people SET name = 'Bobby' WHERE id = 2; INSERT INTO people VALUES (9, 'new', 1)`,
    leaves: { query: all, gives: ['(1,ada,36)', '(2,Bobby,40)', '(3,cyd,)', '(9,new,1)'] },
  },
  {
    title: 'DELETE, where the application has taken one key since',
    setup: people,
    up: ['DELETE FROM people WHERE id < 3'],
    writes: `INSERT INTO people VALUES (1, 'other', 0)`,
    leaves: { query: all, gives: ['(1,other,0)', '(2,bob,40)', '(3,cyd,)'] },
  },
  {
    title: 'INSERT, where the application has changed one row and refers to another',
    setup: `${people}; CREATE TABLE notes (id int PRIMARY KEY, person int REFERENCES people ON DELETE CASCADE)`,
    up: [`INSERT INTO people VALUES (4, 'dan', 1), (5, 'eve', 2), (6, 'fay', 3)`],
    writes: `UPDATE people SET age = 50 WHERE id = 4; INSERT INTO notes VALUES (1, 5)`,
    leaves: { query: all, gives: ['(1,ada,36)', '(2,bob,40)', '(3,cyd,)', '(4,dan,50)', '(5,eve,2)'] },
  },
  {
    title: 'TRUNCATE of tables that refer to each other',
    setup: `${people}; CREATE TABLE notes (id int PRIMARY KEY, person int NOT NULL REFERENCES people); INSERT INTO notes VALUES (1, 3), (2, 1)`,
    up: ['TRUNCATE people, notes'],
  },
  {
    title: 'UPDATE, DELETE and INSERT without a key',
    setup: `CREATE TABLE log (line text, n json); INSERT INTO log VALUES ('a', '{"x": 1}'), ('a', '{"x": 1}'), ('b', NULL), ('c', '[]')`,
    up: [
      `UPDATE log SET line = 'z' WHERE line = 'b'`,
      `DELETE FROM log WHERE line = 'c'`,
      `INSERT INTO log VALUES ('a', '{"x": 1}')`,
    ],
  },
  {
    title: 'a type that loses digits',
    setup: `CREATE TABLE t (id int PRIMARY KEY, v numeric(10, 4) NOT NULL, at timestamptz);
      INSERT INTO t VALUES (1, 1.2345, '2020-02-02 12:34:56+00'), (2, 2, NULL)`,
    up: ['ALTER TABLE t ALTER COLUMN v TYPE numeric(10, 2)', 'ALTER TABLE t ALTER COLUMN at TYPE date'],
  },
  {
    title: 'NULLs where NOT NULL was, a constraint that the old rows break, and triggers',
    setup: `${people}; CREATE FUNCTION shout() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.name := ''!''; RETURN NEW; END';
      CREATE TRIGGER shout BEFORE INSERT OR UPDATE ON people FOR EACH ROW EXECUTE FUNCTION shout()`,
    up: [
      'ALTER TABLE people ALTER COLUMN name DROP NOT NULL',
      'UPDATE people SET name = NULL, age = 7',
      'ALTER TABLE people ADD CHECK (age < 10)',
      'ALTER TABLE people ADD COLUMN extra int',
    ],
  },
  {
    title: 'rows of a renamed table and column',
    setup: people,
    up: [
      'ALTER TABLE people RENAME TO persons',
      'ALTER TABLE persons RENAME COLUMN name TO label',
      `UPDATE persons SET label = 'x'`,
    ],
  },
  {
    title: 'a column that is split and dropped',
    setup: people,
    up: [
      'ALTER TABLE people ADD COLUMN label text',
      'UPDATE people SET label = name',
      'ALTER TABLE people DROP COLUMN name',
    ],
  },
  {
    title: 'a materialised view that was refreshed',
    setup: `${people}; CREATE MATERIALIZED VIEW names AS SELECT name FROM people`,
    up: [`UPDATE people SET name = 'x'`, 'REFRESH MATERIALIZED VIEW names'],
  },
  {
    title: 'a column dropped beside a deferred foreign key, and a row that was referred to',
    setup: `${people}; CREATE TABLE notes (id int PRIMARY KEY, person int REFERENCES people DEFERRABLE INITIALLY DEFERRED); INSERT INTO notes VALUES (1, 1)`,
    up: [
      'SET CONSTRAINTS ALL IMMEDIATE',
      'UPDATE notes SET person = 2',
      'DELETE FROM people WHERE id = 1',
      'ALTER TABLE people DROP COLUMN name',
    ],
  },
  {
    title: 'a dropped schema with all that is in it',
    setup: `CREATE SCHEMA "Old s"; CREATE DOMAIN "Old s".code AS text CHECK (value <> '');
      CREATE TABLE "Old s"."T 1" (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), "Code" "Old s".code NOT NULL, tags text[], UNIQUE ("Code"));
      CREATE TABLE outer_one (id int, code text REFERENCES "Old s"."T 1" ("Code"));
      INSERT INTO "Old s"."T 1" ("Code", tags) VALUES ('it''s', '{a,b}'), ('x', NULL); INSERT INTO outer_one VALUES (1, 'x')`,
    up: ['DROP SCHEMA "Old s" CASCADE'],
  },
  {
    title: 'rows that were moved to another table of the same name',
    setup: people,
    up: ['ALTER TABLE people RENAME TO old', 'CREATE TABLE people AS SELECT * FROM old', 'DELETE FROM old'],
  },
  {
    title: 'rows of a table with rules that write elsewhere',
    setup: `${people}; CREATE TABLE seen (id int, name text); CREATE RULE see AS ON UPDATE TO people DO ALSO INSERT INTO seen VALUES (OLD.id, OLD.name);
      CREATE RULE stay AS ON DELETE TO people DO INSTEAD NOTHING; CREATE RULE never AS ON INSERT TO people DO INSTEAD NOTHING;
      ALTER TABLE people DISABLE RULE stay, DISABLE RULE never; INSERT INTO seen VALUES (9, 'before'); ALTER TABLE people ENABLE ALWAYS RULE see`,
    up: [`UPDATE people SET name = 'x'`, 'DELETE FROM people WHERE id = 1', `INSERT INTO people VALUES (7, 'g', 1)`],
  },
  {
    title: 'rows that refer to themselves, beside rows of an heir with the same numbers',
    setup: `CREATE TABLE t (id int PRIMARY KEY REFERENCES t, v text); CREATE TABLE h () INHERITS (t);
      INSERT INTO t VALUES (1, 'a'); INSERT INTO h VALUES (1, 'h'), (2, 'h'), (3, 'h')`,
    up: [`INSERT INTO t VALUES (2, 'b'), (3, 'c')`],
  },
  {
    title: 'new values of a key',
    setup: people,
    up: ['UPDATE people SET id = id + 100'],
  },
];
