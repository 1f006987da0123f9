import type { Rename } from '../../../../../src/back/rollback/invert/inversion.js';

/** A change to the world below, and whether its rollback is to be refused. */
export interface KindCase {
  readonly name: string;
  /** Before the change, beyond the world. */
  readonly given?: string;
  /** The first part of the change, which has to be committed before the second. */
  readonly first?: string;
  readonly up: string;
  /** What the refusal has to be about; left out where everything goes back. */
  readonly refused?: RegExp;
  readonly since?: number;
  readonly renames?: readonly Rename[];
  /** The change itself destroys rows or values, which a rollback of the schema does not bring back. */
  readonly losesRows?: true;
}

/** Objects that need each other in every direction; there before each change. */
export const world = `
CREATE SCHEMA app;
CREATE SCHEMA other;
CREATE TYPE app.mood AS ENUM ('sad', 'ok', 'happy');
CREATE TYPE app.unused AS ENUM ('one', 'two', 'three');
CREATE DOMAIN app.positive AS int DEFAULT 1 CHECK (VALUE > 0);
CREATE DOMAIN app.word AS text;
CREATE TYPE app.pair AS (x int, y text);
CREATE TYPE app.span AS RANGE (SUBTYPE = numeric);
CREATE TABLE app.people (id int PRIMARY KEY, name app.word, mood app.mood NOT NULL DEFAULT 'ok', moods app.mood[], n app.positive);
INSERT INTO app.people VALUES (1, 'a', 'sad', '{sad,ok}', 3), (2, 'b', 'happy', NULL, 4);
CREATE FUNCTION app.double(n int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT n * 2';
CREATE FUNCTION app.half(n int DEFAULT 4) RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN n / 2; END $$;
COMMENT ON FUNCTION app.half(int) IS 'cuts';
GRANT EXECUTE ON FUNCTION app.half(int) TO pg_monitor;
CREATE FUNCTION app.note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE FUNCTION app.watch() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN END $$;
CREATE PROCEDURE app.clean(n int) LANGUAGE sql AS 'DELETE FROM app.people WHERE id = n';
CREATE VIEW app.happy AS SELECT id, app.double(id) AS twice FROM app.people WHERE mood = 'happy';
CREATE AGGREGATE app.total(int) (SFUNC = int4pl, STYPE = int, INITCOND = '0');
CREATE FUNCTION app.same(a int, b int) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT a = b';
CREATE OPERATOR app.=== (FUNCTION = app.same, LEFTARG = int, RIGHTARG = int, RESTRICT = eqsel);
CREATE TEXT SEARCH DICTIONARY app.stem (TEMPLATE = snowball, language = 'english', stopwords = 'english');
CREATE TEXT SEARCH CONFIGURATION app.search (PARSER = pg_catalog."default");
ALTER TEXT SEARCH CONFIGURATION app.search ADD MAPPING FOR asciiword, word WITH app.stem, pg_catalog.simple;
CREATE PUBLICATION news FOR TABLE app.people (id, name) WHERE (id > 5) WITH (publish = 'insert, update');
CREATE FOREIGN DATA WRAPPER wrap OPTIONS (debug 'true');
CREATE SERVER far TYPE 'x' VERSION '1' FOREIGN DATA WRAPPER wrap OPTIONS (host 'h', port '1');
CREATE USER MAPPING FOR pg_monitor SERVER far;
CREATE EVENT TRIGGER watch ON ddl_command_start WHEN TAG IN ('CREATE TRANSFORM', 'SECURITY LABEL') EXECUTE FUNCTION app.watch();
ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT SELECT ON TABLES TO pg_monitor;
CREATE EXTENSION citext WITH SCHEMA app;
`;

export const routineCases: readonly KindCase[] = [
  {
    name: 'function made',
    up: `CREATE FUNCTION app.f(a int, VARIADIC b text[]) RETURNS TABLE (x int) LANGUAGE sql AS 'SELECT 1'`,
  },
  { name: 'function dropped', up: 'DROP FUNCTION app.half(int)' },
  {
    name: 'body replaced',
    up: `CREATE OR REPLACE FUNCTION app.half(n int DEFAULT 4) RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN n / 3; END $$`,
  },
  {
    name: 'attributes replaced',
    up: `ALTER FUNCTION app.half(int) IMMUTABLE STRICT SECURITY DEFINER PARALLEL SAFE COST 7 SET work_mem = '1MB'`,
  },
  {
    name: 'default argument changed',
    up: `CREATE OR REPLACE FUNCTION app.half(n int DEFAULT 5) RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN n / 2; END $$`,
  },
  {
    name: 'argument renamed',
    up: `DROP FUNCTION app.half(int); CREATE FUNCTION app.half(m int) RETURNS int LANGUAGE sql AS 'SELECT m'`,
  },
  {
    name: 'result changed under a view',
    up: `DROP VIEW app.happy; DROP FUNCTION app.double(int);
      CREATE FUNCTION app.double(n int) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT n * 2';
      CREATE VIEW app.happy AS SELECT id, app.double(id) AS twice FROM app.people WHERE mood = 'happy'`,
  },
  { name: 'overload added', up: `CREATE FUNCTION app.half(n bigint) RETURNS bigint LANGUAGE sql AS 'SELECT n'` },
  {
    name: 'function becomes a procedure',
    up: `DROP FUNCTION app.half(int); CREATE PROCEDURE app.half(n int) LANGUAGE sql AS ''`,
  },
  { name: 'procedure changed', up: `CREATE OR REPLACE PROCEDURE app.clean(n int) LANGUAGE sql AS 'SELECT n'` },
  { name: 'procedure dropped', up: 'DROP PROCEDURE app.clean' },
  {
    name: 'procedure with an OUT argument made',
    up: `CREATE PROCEDURE app.p(IN a int, OUT b int) LANGUAGE plpgsql AS $$ BEGIN b := a; END $$`,
  },
  { name: 'function renamed', up: 'ALTER FUNCTION app.double(int) RENAME TO twofold' },
  { name: 'function moved', up: 'ALTER FUNCTION app.half(int) SET SCHEMA other' },
  {
    name: 'function granted and commented',
    up: `REVOKE ALL ON FUNCTION app.half(int) FROM PUBLIC, pg_monitor; COMMENT ON FUNCTION app.half(int) IS NULL`,
  },
  {
    name: 'standard body',
    up: `CREATE FUNCTION app.count() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM app.happy; END`,
  },
  {
    name: 'standard body dropped with what it reads',
    given: `CREATE FUNCTION app.count() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM app.happy; END`,
    up: 'DROP FUNCTION app.count; DROP VIEW app.happy',
  },
  {
    name: 'trigger and function',
    up: `CREATE TRIGGER noted BEFORE INSERT ON app.people FOR EACH ROW EXECUTE FUNCTION app.note()`,
  },
  {
    name: 'function behind default and check dropped',
    given: `CREATE FUNCTION app.fresh() RETURNS int LANGUAGE sql AS 'SELECT 1';
      CREATE TABLE app.t (a int DEFAULT app.fresh(), CHECK (app.double(a) > 0));`,
    up: `ALTER TABLE app.t ALTER a DROP DEFAULT, DROP CONSTRAINT t_a_check; DROP FUNCTION app.fresh()`,
  },
  { name: 'aggregate made', up: `CREATE AGGREGATE app.n(*) (SFUNC = int8inc, STYPE = int8, INITCOND = '0')` },
  { name: 'aggregate dropped', up: 'DROP AGGREGATE app.total(int)' },
  {
    name: 'aggregate replaced under a view',
    given: 'CREATE VIEW app.sums AS SELECT app.total(id) AS s FROM app.people;',
    up: `CREATE OR REPLACE AGGREGATE app.total(int) (SFUNC = int4pl, STYPE = int, INITCOND = '7')`,
  },
  {
    name: 'ordered-set aggregate made',
    up: `CREATE AGGREGATE app.pct(float8 ORDER BY anyelement) (SFUNC = ordered_set_transition, STYPE = internal, FINALFUNC = percentile_disc_final, FINALFUNC_EXTRA)`,
  },
  {
    name: 'code without trace in the catalog',
    up: `DO $$ BEGIN EXECUTE 'CREATE TABLE app.made (a int)'; PERFORM app.half(4); END $$; SELECT app.half(2)`,
  },
  {
    name: 'a function that makes things',
    given: `CREATE FUNCTION app.build() RETURNS void LANGUAGE plpgsql AS $$ BEGIN
      CREATE TYPE app.built AS ENUM ('x'); CREATE TABLE app.house (a app.built); DROP VIEW app.happy; END $$;`,
    up: 'SELECT app.build()',
  },
];

const temper: Rename = { kind: 'type', schema: 'app', table: null, from: 'mood', to: 'temper' };

export const typeCases: readonly KindCase[] = [
  { name: 'enum made', up: `CREATE TYPE app.e AS ENUM ('it''s', 'b\\c'); COMMENT ON TYPE app.e IS 'x'` },
  { name: 'enum dropped', up: 'DROP TYPE app.unused' },
  { name: 'unused enum gets a label', up: `ALTER TYPE app.unused ADD VALUE 'four'` },
  { name: 'label in the middle', up: `ALTER TYPE app.unused ADD VALUE 'half' BEFORE 'two'` },
  {
    name: 'labels renamed',
    up: `ALTER TYPE app.mood RENAME VALUE 'sad' TO 'blue'; ALTER TYPE app.mood RENAME VALUE 'ok' TO 'fine'`,
  },
  {
    name: 'enum renamed and renamed label',
    up: `ALTER TYPE app.mood RENAME TO temper; ALTER TYPE app.temper RENAME VALUE 'sad' TO 'blue'`,
    renames: [temper],
  },
  {
    name: 'enum renamed and label added',
    up: `ALTER TYPE app.mood RENAME TO temper; ALTER TYPE app.temper ADD VALUE 'new'`,
    renames: [temper],
  },
  { name: 'used enum gets a label', up: `ALTER TYPE app.mood ADD VALUE 'angry' AFTER 'sad'` },
  {
    name: 'enum replaced by hand, labels lost',
    losesRows: true,
    up: `DROP VIEW app.happy; ALTER TABLE app.people ALTER mood DROP DEFAULT;
      CREATE TYPE app.mood2 AS ENUM ('sad', 'happy'); UPDATE app.people SET moods = NULL;
      ALTER TABLE app.people ALTER mood TYPE app.mood2 USING mood::text::app.mood2, DROP COLUMN moods;
      DROP TYPE app.mood; ALTER TYPE app.mood2 RENAME TO mood;
      CREATE VIEW app.happy AS SELECT id, app.double(id) AS twice FROM app.people WHERE mood = 'happy'`,
  },
  {
    name: 'column becomes enum',
    given: `CREATE TABLE app.t (a text); INSERT INTO app.t VALUES ('one');`,
    up: `ALTER TABLE app.t ALTER a TYPE app.unused USING a::app.unused`,
  },
  {
    name: 'domain made',
    up: `CREATE DOMAIN app.d AS varchar(5) COLLATE "C" DEFAULT 'x' NOT NULL CONSTRAINT short CHECK (length(VALUE) < 4)`,
  },
  {
    name: 'domain dropped',
    given: `CREATE DOMAIN app.d AS app.word NOT NULL CHECK (VALUE <> '');`,
    up: 'DROP DOMAIN app.d',
  },
  { name: 'domain default', up: 'ALTER DOMAIN app.positive SET DEFAULT 9; ALTER DOMAIN app.word SET DEFAULT $$a$$' },
  { name: 'domain default dropped', up: 'ALTER DOMAIN app.positive DROP DEFAULT' },
  { name: 'domain not null', up: 'ALTER DOMAIN app.positive SET NOT NULL' },
  {
    name: 'domain check',
    up: `ALTER DOMAIN app.positive ADD CONSTRAINT small CHECK (VALUE < 100) NOT VALID; ALTER DOMAIN app.positive DROP CONSTRAINT positive_check`,
  },
  {
    name: 'domain check commented',
    up: `COMMENT ON CONSTRAINT positive_check ON DOMAIN app.positive IS 'p'; COMMENT ON DOMAIN app.positive IS 'q'`,
  },
  {
    name: 'domain on another base',
    up: `ALTER TABLE app.people ALTER n TYPE int; DROP DOMAIN app.positive; CREATE DOMAIN app.positive AS bigint DEFAULT 1 CHECK (VALUE > 0);
      ALTER TABLE app.people ALTER n TYPE app.positive`,
  },
  { name: 'domain renamed', up: 'ALTER DOMAIN app.positive RENAME TO plus' },
  { name: 'range made', up: 'CREATE TYPE app.r AS RANGE (SUBTYPE = date, MULTIRANGE_TYPE_NAME = app.rs)' },
  { name: 'range dropped', up: 'DROP TYPE app.span' },
  {
    name: 'range in use made another',
    losesRows: true,
    given: `CREATE TABLE app.spans (s app.span, m app.span_multirange); INSERT INTO app.spans VALUES ('[1,2)', '{[1,2),[3,4)}');`,
    up: `DROP TABLE app.spans; DROP TYPE app.span;
      CREATE TYPE app.span AS RANGE (SUBTYPE = float8, SUBTYPE_DIFF = float8mi)`,
  },
  {
    name: 'range made another under its columns',
    given: `CREATE TABLE app.spans (s app.span, m app.span_multirange);`,
    up: `ALTER TABLE app.spans ALTER s TYPE text, ALTER m TYPE text; DROP TYPE app.span; CREATE TYPE app.span AS RANGE (SUBTYPE = float8);
      ALTER TABLE app.spans ALTER s TYPE app.span USING s::app.span, ALTER m TYPE app.span_multirange USING m::app.span_multirange`,
  },
  { name: 'composite made', up: `CREATE TYPE app.c AS (a app.mood, b app.positive[])` },
  { name: 'composite dropped', up: 'DROP TYPE app.pair' },
  { name: 'attribute added', up: 'ALTER TYPE app.pair ADD ATTRIBUTE z int' },
  { name: 'attribute type', up: 'ALTER TYPE app.pair ALTER ATTRIBUTE x TYPE bigint' },
  { name: 'attribute renamed', up: 'ALTER TYPE app.pair RENAME ATTRIBUTE x TO first' },
  { name: 'shell made', up: 'CREATE TYPE app.shell' },
  {
    name: 'base type made',
    up: `CREATE TYPE app.raw; CREATE FUNCTION app.raw_in(cstring) RETURNS app.raw LANGUAGE internal IMMUTABLE STRICT AS 'int4in';
      CREATE FUNCTION app.raw_out(app.raw) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int4out';
      CREATE TYPE app.raw (INPUT = app.raw_in, OUTPUT = app.raw_out, LIKE = int4)`,
    refused: /app\.raw/,
  },
  { name: 'cast made', up: 'CREATE CAST (app.mood AS int) WITH INOUT AS ASSIGNMENT' },
  {
    name: 'cast with a function made and commented',
    up: `CREATE FUNCTION app.to_int(app.pair) RETURNS int LANGUAGE sql AS 'SELECT 1';
      CREATE CAST (app.pair AS int) WITH FUNCTION app.to_int(app.pair); COMMENT ON CAST (app.pair AS int) IS 'c'`,
  },
  { name: 'cast dropped', given: 'CREATE CAST (app.mood AS int) WITH INOUT;', up: 'DROP CAST (app.mood AS int)' },
  { name: 'collation made', up: `CREATE COLLATION app.c (PROVIDER = libc, LOCALE = 'C')` },
  { name: 'collation dropped', given: `CREATE COLLATION app.c FROM "C";`, up: 'DROP COLLATION app.c' },
];
