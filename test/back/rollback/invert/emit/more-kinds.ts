import type { KindCase } from './other-kinds.js';

/** Enums with everything that hangs on them. */
const tangled = `
CREATE DOMAIN app.good AS app.mood CHECK (VALUE <> 'sad');
CREATE TYPE app.state AS (m app.mood, since date);
CREATE TABLE app.log (at date, mood app.mood DEFAULT 'ok', good app.good, list app.mood[] DEFAULT '{ok}',
  CHECK (mood <> 'happy' OR at > '2020-01-01'), PRIMARY KEY (at, mood)) PARTITION BY RANGE (at);
CREATE TABLE app.log_1 PARTITION OF app.log FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
CREATE TABLE app.log_2 PARTITION OF app.log FOR VALUES FROM ('2021-01-01') TO ('2022-01-01');
INSERT INTO app.log VALUES ('2020-05-05', 'sad', 'ok', '{sad,happy}'), ('2021-05-05', 'happy', 'happy', NULL);
CREATE INDEX log_sad ON app.log (at) WHERE mood = 'sad';
CREATE INDEX log_mood ON app.log (mood);
CREATE TABLE app.moods (mood app.mood PRIMARY KEY, label text GENERATED ALWAYS AS (CASE mood WHEN 'sad' THEN 'no' ELSE 'yes' END) STORED);
INSERT INTO app.moods VALUES ('sad'), ('ok'), ('happy');
ALTER TABLE app.people ADD CONSTRAINT known FOREIGN KEY (mood) REFERENCES app.moods;
ALTER TABLE app.people ENABLE ROW LEVEL SECURITY;
CREATE POLICY glad ON app.people USING (mood <> 'sad');
CREATE FUNCTION app.worse(m app.mood) RETURNS app.mood LANGUAGE sql IMMUTABLE AS $$ SELECT 'sad'::app.mood $$;
CREATE FUNCTION app.all_sad() RETURNS SETOF app.people LANGUAGE sql BEGIN ATOMIC SELECT * FROM app.people WHERE mood = 'sad'; END;
CREATE VIEW app.worst AS SELECT id, app.worse(mood) AS worse FROM app.people;
CREATE VIEW app.worst_of_worst AS SELECT * FROM app.worst WHERE worse = 'sad';
COMMENT ON VIEW app.worst IS 'bad'; GRANT SELECT ON app.worst TO pg_monitor;
CREATE MATERIALIZED VIEW app.counts AS SELECT mood, count(*) AS n FROM app.people GROUP BY mood;
CREATE UNIQUE INDEX counts_mood ON app.counts (mood);
CREATE TRIGGER gladly BEFORE UPDATE OF mood ON app.people FOR EACH ROW WHEN (NEW.mood = 'happy') EXECUTE FUNCTION app.note();
CREATE RULE never AS ON DELETE TO app.people WHERE OLD.mood = 'happy' DO INSTEAD NOTHING;
CREATE STATISTICS app.kin (dependencies) ON id, mood FROM app.people;
CREATE INDEX people_worse ON app.people (app.worse(mood));
GRANT USAGE ON TYPE app.mood TO pg_monitor; COMMENT ON TYPE app.mood IS 'how one feels';
ALTER PUBLICATION news SET TABLE app.people WHERE (id > 3);
CREATE CAST (app.mood AS int) WITH INOUT;
`;

export const enumCases: readonly KindCase[] = [
  {
    name: 'a label added to an enum with many dependants',
    given: tangled,
    up: `ALTER TYPE app.mood ADD VALUE 'angry'`,
  },
  {
    name: 'a label added and put to use in every place',
    given: tangled,
    first: `ALTER TYPE app.mood ADD VALUE 'angry' BEFORE 'ok'`,
    up: `ALTER TABLE app.log ALTER mood SET DEFAULT 'angry';
      CREATE INDEX log_angry ON app.log (at) WHERE mood = 'angry'; ALTER TABLE app.people ADD CHECK (mood <> 'angry');
      CREATE OR REPLACE VIEW app.worst AS SELECT id, app.worse(mood) AS worse FROM app.people WHERE mood <> 'angry';
      CREATE TABLE app.rage (m app.mood DEFAULT 'angry'); INSERT INTO app.rage VALUES ('angry')`,
  },
  {
    name: 'labels renamed under many dependants',
    given: tangled,
    up: `ALTER TYPE app.mood RENAME VALUE 'happy' TO 'joyful'`,
  },
  {
    name: 'a composite that tables use',
    given: `CREATE TYPE app.state AS (m app.mood, since date); CREATE TABLE app.states (s app.state, all_of app.state[]);
      INSERT INTO app.states VALUES (('sad', '2020-01-01'), ARRAY[('ok', NULL)::app.state]), (NULL, NULL);`,
    up: `ALTER TYPE app.mood ADD VALUE 'angry'`,
  },
  {
    name: 'a range of labels',
    given: `CREATE TYPE app.moods AS RANGE (SUBTYPE = app.mood); CREATE TABLE app.swings (r app.moods, m app.moods_multirange);
      INSERT INTO app.swings VALUES ('[sad,ok]', '{[sad,ok)}');`,
    up: `ALTER TYPE app.mood ADD VALUE 'angry'`,
  },
  {
    name: 'nested domains and arrays',
    given: `CREATE DOMAIN app.a AS app.mood; CREATE DOMAIN app.b AS app.a DEFAULT 'ok' CHECK (VALUE::text <> 'sad'); CREATE DOMAIN app.c AS app.mood[];
      CREATE TABLE app.nest (x app.b, y app.a[], z app.c DEFAULT '{ok}'); INSERT INTO app.nest VALUES ('happy', '{sad}', '{sad,ok}');`,
    up: `ALTER TYPE app.mood ADD VALUE 'angry'`,
  },
  {
    name: 'a typed table',
    given: `CREATE TYPE app.state AS (m app.mood); CREATE TABLE app.states OF app.state; INSERT INTO app.states VALUES ('sad')`,
    up: `ALTER TYPE app.mood ADD VALUE 'angry'`,
  },
  {
    name: 'a composite with remarks and grants',
    given: `CREATE TYPE app.state AS (m app.mood, n int); COMMENT ON COLUMN app.state.m IS 'how'; COMMENT ON TYPE app.state IS 'state';
      GRANT USAGE ON TYPE app.state TO pg_monitor; CREATE TABLE app.states (s app.state DEFAULT '(ok,1)', t app.state[]);
      CREATE FUNCTION app.read(s app.state) RETURNS int LANGUAGE sql AS 'SELECT s.n'; INSERT INTO app.states VALUES ('(sad,2)', '{"(ok,3)"}');`,
    up: `ALTER TYPE app.mood ADD VALUE 'angry'; ALTER TYPE app.state ADD ATTRIBUTE o text`,
  },
  {
    name: 'heirs and foreign tables',
    given: `CREATE TABLE app.base (m app.mood DEFAULT 'ok'); CREATE TABLE app.heir (n int) INHERITS (app.base);
      CREATE TABLE app.both (m app.mood DEFAULT 'sad') INHERITS (app.base); CREATE UNLOGGED TABLE app.fast (m app.mood UNIQUE);
      CREATE FOREIGN TABLE app.ft (m app.mood, k app.mood[]) SERVER far;
      INSERT INTO app.base VALUES ('sad'); INSERT INTO app.heir VALUES ('ok', 1); INSERT INTO app.both VALUES ('happy');`,
    up: `ALTER TYPE app.mood ADD VALUE 'angry'`,
  },
  {
    name: 'labels in another order',
    up: `DROP VIEW app.happy; ALTER TABLE app.people ALTER mood DROP DEFAULT; ALTER TYPE app.mood RENAME TO old;
      CREATE TYPE app.mood AS ENUM ('happy', 'ok', 'sad');
      ALTER TABLE app.people ALTER mood TYPE app.mood USING mood::text::app.mood, ALTER moods TYPE app.mood[] USING moods::text[]::app.mood[];
      DROP TYPE app.old; ALTER TABLE app.people ALTER mood SET DEFAULT 'ok';
      CREATE VIEW app.happy AS SELECT id, app.double(id) AS twice FROM app.people WHERE mood = 'happy'`,
  },
  {
    name: 'storage and statistics of the columns',
    given: `ALTER TABLE app.people ALTER moods SET STORAGE EXTERNAL, ALTER moods SET STATISTICS 7, ALTER mood SET STATISTICS 9,
      ALTER moods SET COMPRESSION pglz; COMMENT ON COLUMN app.people.mood IS 'm'; GRANT SELECT (mood) ON app.people TO pg_monitor;
      CREATE INDEX people_moods ON app.people USING gin (moods); CLUSTER app.people USING people_pkey;`,
    up: `ALTER TYPE app.mood ADD VALUE 'angry'`,
  },
  {
    name: 'two enums at once',
    given: `CREATE TABLE app.both (a app.mood, b app.unused, CHECK (a <> 'sad' OR b <> 'one')); INSERT INTO app.both VALUES ('ok', 'two');`,
    up: `ALTER TYPE app.mood ADD VALUE 'angry'; ALTER TYPE app.unused ADD VALUE 'zero' BEFORE 'one'`,
  },
  {
    name: 'a function whose type and view go round',
    given: `CREATE TYPE app.res AS (id int, m app.mood);
      CREATE FUNCTION app.look(n int) RETURNS SETOF app.res LANGUAGE sql AS 'SELECT id, mood FROM app.people';
      CREATE VIEW app.seen AS SELECT * FROM app.look(1);
      CREATE FUNCTION app.reads_view() RETURNS SETOF app.seen LANGUAGE sql BEGIN ATOMIC SELECT * FROM app.seen; END;`,
    up: `DROP FUNCTION app.reads_view; DROP VIEW app.seen; DROP FUNCTION app.look; DROP TYPE app.res; CREATE TYPE app.res AS (id bigint);
      CREATE FUNCTION app.look(n int) RETURNS SETOF app.res LANGUAGE sql AS 'SELECT 1::bigint';
      CREATE VIEW app.seen AS SELECT * FROM app.look(1)`,
  },
  {
    name: 'text becomes an enum with default and index',
    given: `CREATE TABLE app.t (a text DEFAULT 'x'); CREATE INDEX t_a ON app.t (a) WHERE a = 'x'; INSERT INTO app.t VALUES ('x');`,
    up: `CREATE TYPE app.xy AS ENUM ('x', 'y'); DROP INDEX app.t_a; ALTER TABLE app.t ALTER a DROP DEFAULT, ALTER a TYPE app.xy USING a::app.xy;
      ALTER TABLE app.t ALTER a SET DEFAULT 'x'`,
  },
  {
    name: 'enum key of a partitioned table',
    given: `CREATE TABLE app.parts (m app.mood) PARTITION BY LIST (m); CREATE TABLE app.parts_1 PARTITION OF app.parts FOR VALUES IN ('sad');`,
    up: `ALTER TYPE app.mood ADD VALUE 'angry'`,
  },
];

export const operatorCases: readonly KindCase[] = [
  {
    name: 'operator made',
    up: `CREATE OPERATOR app.<<< (FUNCTION = int4lt, LEFTARG = int, RIGHTARG = int, COMMUTATOR = OPERATOR(app.>>>), RESTRICT = scalarltsel);
      CREATE OPERATOR app.>>> (FUNCTION = int4gt, LEFTARG = int, RIGHTARG = int, COMMUTATOR = OPERATOR(app.<<<))`,
  },
  { name: 'prefix operator made', up: 'CREATE OPERATOR app.!!! (FUNCTION = int4um, RIGHTARG = int)' },
  { name: 'operator dropped', up: 'DROP OPERATOR app.=== (int, int)' },
  {
    name: 'one of a pair dropped',
    given: `CREATE OPERATOR app.<<< (FUNCTION = int4lt, LEFTARG = int, RIGHTARG = int, COMMUTATOR = OPERATOR(app.>>>));
      CREATE OPERATOR app.>>> (FUNCTION = int4gt, LEFTARG = int, RIGHTARG = int, COMMUTATOR = OPERATOR(app.<<<));`,
    up: 'DROP OPERATOR app.<<< (int, int)',
  },
  { name: 'estimators changed', up: 'ALTER OPERATOR app.=== (int, int) SET (RESTRICT = NONE, JOIN = eqjoinsel)' },
  {
    name: 'operator class made',
    up: `CREATE OPERATOR CLASS app.back FOR TYPE int USING btree AS OPERATOR 1 >, OPERATOR 2 >=, OPERATOR 3 =, OPERATOR 4 <=, OPERATOR 5 <, FUNCTION 1 btint4cmp(int, int)`,
  },
  {
    name: 'operator class dropped under an index',
    given: `CREATE OPERATOR CLASS app.back FOR TYPE int USING btree AS OPERATOR 1 >, OPERATOR 2 >=, OPERATOR 3 =, OPERATOR 4 <=, OPERATOR 5 <, FUNCTION 1 btint4cmp(int, int);
      CREATE INDEX backwards ON app.people (id app.back);`,
    up: 'DROP INDEX app.backwards; DROP OPERATOR FAMILY app.back USING btree',
  },
  {
    name: 'operator family made',
    up: `CREATE OPERATOR FAMILY app.fam USING btree; ALTER OPERATOR FAMILY app.fam USING btree ADD OPERATOR 1 < (int4, int8), FUNCTION 1 (int4, int8) btint48cmp(int4, int8)`,
  },
  {
    name: 'operator family changed',
    given:
      'CREATE OPERATOR FAMILY app.fam USING btree; ALTER OPERATOR FAMILY app.fam USING btree ADD OPERATOR 1 < (int4, int8), OPERATOR 3 = (int4, int8);',
    up: 'ALTER OPERATOR FAMILY app.fam USING btree DROP OPERATOR 1 (int4, int8); ALTER OPERATOR FAMILY app.fam USING btree ADD OPERATOR 5 > (int4, int8), FUNCTION 1 (int4, int8) btint48cmp(int4, int8)',
  },
  { name: 'access method made', up: 'CREATE ACCESS METHOD heap2 TYPE TABLE HANDLER heap_tableam_handler' },
  { name: 'conversion made', up: `CREATE CONVERSION app.conv FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8` },
  {
    name: 'conversion dropped',
    given: `CREATE CONVERSION app.conv FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;`,
    up: 'DROP CONVERSION app.conv',
  },
  {
    name: 'language made',
    up: 'CREATE TRUSTED LANGUAGE pl2 HANDLER plpgsql_call_handler INLINE plpgsql_inline_handler VALIDATOR plpgsql_validator',
  },
  {
    name: 'transform made',
    up: `CREATE FUNCTION app.from_pair(internal) RETURNS internal LANGUAGE internal IMMUTABLE AS 'array_typanalyze'; CREATE TRANSFORM FOR app.pair LANGUAGE plpgsql (FROM SQL WITH FUNCTION app.from_pair(internal))`,
  },
];

export const serverCases: readonly KindCase[] = [
  {
    name: 'publication made',
    up: `CREATE PUBLICATION p FOR TABLE app.people, TABLES IN SCHEMA other WITH (publish_via_partition_root)`,
  },
  { name: 'publication of all made', up: 'CREATE PUBLICATION p FOR ALL TABLES' },
  { name: 'publication dropped', up: 'DROP PUBLICATION news' },
  {
    name: 'published tables changed',
    up: `CREATE TABLE app.t (a int PRIMARY KEY); ALTER PUBLICATION news ADD TABLE app.t; ALTER PUBLICATION news SET (publish = 'insert, delete, truncate')`,
  },
  {
    name: 'published filter changed',
    up: 'ALTER PUBLICATION news SET TABLE app.people (id, mood) WHERE (id > 7 AND id < 100)',
  },
  {
    name: 'publication emptied',
    given: 'CREATE PUBLICATION p;',
    up: 'ALTER PUBLICATION news DROP TABLE app.people; ALTER PUBLICATION p ADD TABLES IN SCHEMA app',
  },
  {
    name: 'generated columns published',
    since: 18,
    up: 'ALTER PUBLICATION news SET (publish_generated_columns = stored)',
  },
  {
    name: 'published column dropped',
    given: 'ALTER TABLE app.people ADD extra int; ALTER PUBLICATION news SET TABLE app.people (id, extra);',
    up: 'ALTER PUBLICATION news SET TABLE app.people (id); ALTER TABLE app.people DROP extra',
  },
  {
    name: 'subscription made',
    up: `CREATE SUBSCRIPTION s CONNECTION 'dbname=nowhere' PUBLICATION p WITH (connect = false, slot_name = NONE)`,
    refused: /subscription s/,
  },
  { name: 'wrapper made', up: `CREATE FOREIGN DATA WRAPPER w2 OPTIONS ("user" 'it''s')` },
  {
    name: 'wrapper changed',
    up: `ALTER FOREIGN DATA WRAPPER wrap OPTIONS (SET debug 'false')`,
  },
  {
    name: 'wrapper dropped with its server',
    up: 'DROP USER MAPPING FOR pg_monitor SERVER far; DROP SERVER far; DROP FOREIGN DATA WRAPPER wrap',
    refused: /user mapping/,
  },
  {
    name: 'server made',
    up: `CREATE SERVER s2 FOREIGN DATA WRAPPER wrap OPTIONS ("odd name" 'v'); CREATE USER MAPPING FOR PUBLIC SERVER s2 OPTIONS (a 'b'); CREATE FOREIGN TABLE app.ft (a int) SERVER s2`,
  },
  { name: 'server changed', up: `ALTER SERVER far VERSION '2' OPTIONS (SET host 'i', DROP port, ADD mode 'm')` },
  {
    name: 'server with a secret dropped',
    given: `CREATE SERVER s2 FOREIGN DATA WRAPPER wrap OPTIONS (password 'p');`,
    up: 'DROP SERVER s2',
    refused: /s2/,
  },
  { name: 'user mapping made', up: 'CREATE USER MAPPING FOR PUBLIC SERVER far' },
  { name: 'user mapping dropped', up: 'DROP USER MAPPING FOR pg_monitor SERVER far', refused: /user mapping/ },
  {
    name: 'dictionary made',
    up: `CREATE TEXT SEARCH DICTIONARY app.d2 (TEMPLATE = simple, stopwords = 'english', accept = false)`,
  },
  { name: 'dictionary changed', up: `ALTER TEXT SEARCH DICTIONARY app.stem (language = 'german', stopwords)` },
  {
    name: 'dictionary and its configuration dropped',
    up: 'DROP TEXT SEARCH CONFIGURATION app.search; DROP TEXT SEARCH DICTIONARY app.stem',
  },
  { name: 'configuration made', up: `CREATE TEXT SEARCH CONFIGURATION app.copied (COPY = pg_catalog.english)` },
  {
    name: 'mappings changed',
    up: `ALTER TEXT SEARCH CONFIGURATION app.search DROP MAPPING FOR word; ALTER TEXT SEARCH CONFIGURATION app.search ADD MAPPING FOR email WITH simple; ALTER TEXT SEARCH CONFIGURATION app.search ALTER MAPPING FOR asciiword WITH simple`,
  },
  {
    name: 'configuration used by an index and a generated column',
    given: `CREATE TABLE app.docs (t text, v tsvector GENERATED ALWAYS AS (to_tsvector('app.search', t)) STORED); CREATE INDEX docs_v ON app.docs USING gin (v);`,
    up: 'ALTER TEXT SEARCH CONFIGURATION app.search DROP MAPPING FOR word',
  },
  {
    name: 'parser and template made',
    up: `CREATE TEXT SEARCH PARSER app.p (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype);
      CREATE TEXT SEARCH TEMPLATE app.t (INIT = dsimple_init, LEXIZE = dsimple_lexize)`,
  },
  { name: 'event trigger made', up: `CREATE EVENT TRIGGER other ON sql_drop EXECUTE FUNCTION app.watch()` },
  { name: 'event trigger disabled', up: 'ALTER EVENT TRIGGER watch DISABLE' },
  { name: 'event trigger dropped', given: 'ALTER EVENT TRIGGER watch ENABLE ALWAYS;', up: 'DROP EVENT TRIGGER watch' },
  {
    name: 'event trigger on another event',
    up: `DROP EVENT TRIGGER watch; CREATE EVENT TRIGGER watch ON table_rewrite EXECUTE FUNCTION app.watch()`,
  },
  {
    name: 'default privileges granted',
    up: `ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT INSERT ON TABLES TO pg_monitor WITH GRANT OPTION; ALTER DEFAULT PRIVILEGES GRANT USAGE ON SCHEMAS TO pg_monitor`,
  },
  {
    name: 'default privileges revoked',
    up: `ALTER DEFAULT PRIVILEGES IN SCHEMA app REVOKE SELECT ON TABLES FROM pg_monitor; ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC; ALTER DEFAULT PRIVILEGES REVOKE ALL ON TYPES FROM PUBLIC`,
  },
  {
    name: 'default privileges back to usual',
    given:
      'ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC; ALTER DEFAULT PRIVILEGES GRANT ALL ON SEQUENCES TO PUBLIC;',
    up: 'ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO PUBLIC; ALTER DEFAULT PRIVILEGES REVOKE ALL ON SEQUENCES FROM PUBLIC',
  },
  {
    name: 'schema privileges',
    up: 'GRANT USAGE ON SCHEMA app TO pg_monitor; GRANT CREATE ON SCHEMA app TO pg_read_all_data WITH GRANT OPTION',
  },
  { name: 'large object made', up: 'SELECT lo_create(4711)', refused: /large object/ },
  {
    name: 'extension made',
    up: 'CREATE EXTENSION hstore WITH SCHEMA other; CREATE TABLE app.t (h other.hstore); COMMENT ON EXTENSION hstore IS $$x$$',
  },
  { name: 'extension dropped', up: 'DROP EXTENSION citext' },
  {
    name: 'extension dropped with its column',
    given: 'ALTER TABLE app.people ADD mail app.citext;',
    up: 'ALTER TABLE app.people DROP mail; DROP EXTENSION citext',
  },
  { name: 'extension moved', up: 'ALTER EXTENSION citext SET SCHEMA other' },
  {
    name: 'extension in another version',
    given: `CREATE EXTENSION hstore VERSION '1.7';`,
    up: 'ALTER EXTENSION hstore UPDATE',
    refused: /hstore/,
  },
];
