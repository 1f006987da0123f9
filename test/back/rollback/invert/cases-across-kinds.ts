import type { InvertCase } from './cases.js';

/** Changes in which kinds meet: what is dropped late, made early, or tied into circles. */
export const acrossKinds: readonly InvertCase[] = [
  {
    title: 'a default takes a function that takes the table',
    setup: `CREATE TABLE t (id int, n int); CREATE FUNCTION f(t) RETURNS int LANGUAGE sql AS 'SELECT 1';
      CREATE FUNCTION g() RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN f(NULL::t); END'; ALTER TABLE t ALTER n SET DEFAULT g()`,
    change: 'DROP TABLE t CASCADE; DROP FUNCTION g()',
  },
  {
    title: 'a default loses a new function',
    setup: 'CREATE TABLE t (id int, n int DEFAULT 1)',
    change: `CREATE FUNCTION g() RETURNS int LANGUAGE sql AS 'SELECT 4'; ALTER TABLE t ALTER n SET DEFAULT g(); ALTER TABLE t ADD m int DEFAULT g()`,
  },
  {
    title: 'a trigger with its function',
    setup: 'CREATE TABLE t (id int)',
    change: `CREATE FUNCTION g() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
      CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION g()`,
  },
  {
    title: 'a trigger and its function go',
    setup: `CREATE TABLE t (id int); CREATE FUNCTION g() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
      CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION g()`,
    change: 'DROP FUNCTION g() CASCADE',
  },
  {
    title: 'a function of another result under a view and an index',
    setup: `CREATE TABLE t (id int); CREATE FUNCTION g(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT $1';
      CREATE VIEW v AS SELECT g(id) AS x FROM t; CREATE INDEX i ON t (g(id))`,
    change: `DROP VIEW v; DROP INDEX i; DROP FUNCTION g(int); CREATE FUNCTION g(int) RETURNS bigint IMMUTABLE LANGUAGE sql AS 'SELECT $1::bigint';
      CREATE VIEW v AS SELECT g(id) AS x FROM t; CREATE INDEX i ON t (g(id))`,
  },
  {
    title: 'a view with a function that reads it',
    setup: `CREATE TABLE t (id int); CREATE VIEW v AS SELECT id FROM t;
      CREATE FUNCTION g() RETURNS SETOF v LANGUAGE sql AS 'SELECT * FROM v'; CREATE VIEW w AS SELECT * FROM g()`,
    change: 'DROP VIEW w; DROP FUNCTION g(); DROP VIEW v; ALTER TABLE t ALTER id TYPE text',
  },
  {
    title: 'text becomes an enum',
    setup: `CREATE TABLE t (id int, s text DEFAULT 'a'); INSERT INTO t VALUES (1, 'b'); CREATE INDEX i ON t (s)`,
    change: `CREATE TYPE e AS ENUM ('a', 'b'); ALTER TABLE t ALTER s DROP DEFAULT; ALTER TABLE t ALTER s TYPE e USING s::e;
      ALTER TABLE t ALTER s SET DEFAULT 'b'`,
  },
  {
    title: 'an enum becomes text',
    setup: `CREATE TYPE e AS ENUM ('a', 'b'); CREATE TABLE t (id int, s e DEFAULT 'a'); INSERT INTO t VALUES (1, 'b'); CREATE INDEX i ON t (s) WHERE s = 'a'`,
    change: `DROP INDEX i; ALTER TABLE t ALTER s DROP DEFAULT; ALTER TABLE t ALTER s TYPE text; DROP TYPE e`,
  },
  {
    title: 'a table is made anew and takes the name',
    setup: `CREATE TABLE t (id int PRIMARY KEY, a text); INSERT INTO t VALUES (1, 'x'); CREATE INDEX i ON t (a)`,
    change: `CREATE TABLE t2 (id bigint PRIMARY KEY, a text, b int); INSERT INTO t2 SELECT id, a FROM t; DROP TABLE t; ALTER TABLE t2 RENAME TO t`,
  },
  {
    title: 'two tables change names under a view, a sequence and a key that are made again with the same words',
    setup: `CREATE TABLE t (id serial PRIMARY KEY, k int); CREATE TABLE t2 (id int NOT NULL, k int); CREATE VIEW v AS SELECT id FROM t`,
    change: `DROP VIEW v; ALTER SEQUENCE t_id_seq OWNED BY t2.id; ALTER TABLE t ALTER id DROP DEFAULT; ALTER TABLE t2 ALTER id SET DEFAULT nextval('t_id_seq');
      ALTER TABLE t RENAME TO old; ALTER TABLE t2 RENAME TO t; CREATE VIEW v AS SELECT id FROM t`,
  },
  {
    title: 'a key on a column that has taken the name of another',
    setup: `CREATE TABLE t (id serial, wide bigint, CONSTRAINT key PRIMARY KEY (id), CHECK (id > 0)); CREATE INDEX i ON t (id)`,
    change: `ALTER TABLE t DROP CONSTRAINT key; ALTER SEQUENCE t_id_seq OWNED BY t.wide; ALTER TABLE t ALTER id DROP DEFAULT; DROP INDEX i;
      ALTER TABLE t RENAME id TO narrow; ALTER TABLE t RENAME wide TO id; ALTER TABLE t ALTER id SET DEFAULT nextval('t_id_seq');
      ALTER TABLE t ADD CONSTRAINT key PRIMARY KEY (id); CREATE INDEX i ON t (id)`,
  },
  {
    title: 'an extension is moved into a new schema under a constraint',
    setup: `CREATE EXTENSION btree_gist; CREATE TABLE t (a int, b int4range, EXCLUDE USING gist (a WITH =, b WITH &&))`,
    change: 'CREATE SCHEMA ext; ALTER EXTENSION btree_gist SET SCHEMA ext',
  },
  {
    title: 'an extension goes with a constraint that needs it',
    setup: `CREATE EXTENSION btree_gist; CREATE TABLE t (a int, b int4range, EXCLUDE USING gist (a WITH =, b WITH &&)); CREATE INDEX i ON t USING gist (a)`,
    change: 'DROP EXTENSION btree_gist CASCADE',
  },
  {
    title: 'a table with rights on its columns changes its owner',
    setup: `CREATE ROLE lockkeeper_owner; CREATE ROLE lockkeeper_reader; CREATE TABLE t (a int, b int);
      GRANT REFERENCES (a), SELECT (b) ON t TO lockkeeper_owner; GRANT UPDATE (b) ON t TO lockkeeper_reader WITH GRANT OPTION`,
    change: 'ALTER TABLE t OWNER TO lockkeeper_owner',
  },
  {
    title: 'a NOT NULL that heirs had from their parents, with a comment of their own',
    since: 18,
    setup: `CREATE TABLE p (a int NOT NULL, b int NOT NULL); CREATE TABLE q (b int NOT NULL); CREATE TABLE h () INHERITS (p, q);
      COMMENT ON CONSTRAINT p_a_not_null ON h IS 'of the heir'; COMMENT ON CONSTRAINT p_b_not_null ON h IS 'of both'`,
    change:
      'ALTER TABLE p ALTER a DROP NOT NULL; ALTER TABLE p ALTER b DROP NOT NULL; ALTER TABLE q ALTER b DROP NOT NULL',
  },
  {
    title: 'a column that heirs had from their parent, with a comment on what makes it NOT NULL',
    since: 18,
    setup: `CREATE TABLE p (a int NOT NULL, b int); CREATE TABLE h () INHERITS (p); COMMENT ON CONSTRAINT p_a_not_null ON h IS 'of the heir'`,
    change: 'ALTER TABLE p DROP COLUMN a',
  },
  {
    title: 'a schema is renamed and a type is made in it',
    setup: 'CREATE SCHEMA s; CREATE TABLE s.t (a text)',
    change: `ALTER SCHEMA s RENAME TO r; CREATE TYPE r.e AS ENUM ('x'); ALTER TABLE r.t ALTER a TYPE r.e USING a::r.e`,
  },
];
