/** At least one object of every kind that is not a relation or a part of one. */
export const codeSchema = `
  CREATE ROLE "Odd Owner"; CREATE ROLE reader;
  CREATE SCHEMA app;
  CREATE EXTENSION citext SCHEMA app; COMMENT ON EXTENSION citext IS 'letters';
  CREATE TRUSTED LANGUAGE plother HANDLER plpgsql_call_handler INLINE plpgsql_inline_handler VALIDATOR plpgsql_validator;
  GRANT USAGE ON LANGUAGE plother TO reader; COMMENT ON LANGUAGE plother IS 'twin';
  CREATE COLLATION app.german (provider = icu, locale = 'de-u-kn-true', deterministic = false);
  CREATE COLLATION app.plain (provider = libc, lc_collate = 'C', lc_ctype = 'C');
  CREATE CONVERSION app.from_latin FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
  CREATE ACCESS METHOD pile TYPE TABLE HANDLER heap_tableam_handler; COMMENT ON ACCESS METHOD pile IS 'heaps';

  CREATE TYPE app.mood AS ENUM ('sad', 'it''s fine', 'happy'); ALTER TYPE app.mood ADD VALUE 'calm' BEFORE 'happy';
  GRANT USAGE ON TYPE app.mood TO reader; REVOKE USAGE ON TYPE app.mood FROM PUBLIC;
  ALTER TYPE app.mood OWNER TO "Odd Owner";
  COMMENT ON TYPE app.mood IS 'how it is';
  CREATE TYPE app.empty AS ENUM ();
  CREATE TYPE app.span AS RANGE (subtype = float8, subtype_diff = float8mi);
  CREATE TYPE app.words AS RANGE (subtype = text, collation = "C", multirange_type_name = app.word_lists);
  CREATE TYPE app.later;
  CREATE TYPE app.celsius;
  CREATE FUNCTION app.celsius_in(cstring) RETURNS app.celsius AS 'int4in' LANGUAGE internal STRICT IMMUTABLE;
  CREATE FUNCTION app.celsius_out(app.celsius) RETURNS cstring AS 'int4out' LANGUAGE internal STRICT IMMUTABLE;
  CREATE TYPE app.celsius (INPUT = app.celsius_in, OUTPUT = app.celsius_out, LIKE = int4, CATEGORY = 'N', DEFAULT = '20', DELIMITER = ';');
  CREATE DOMAIN app.label AS varchar(20) COLLATE "C" DEFAULT 'none' NOT NULL CONSTRAINT not_empty CHECK (VALUE <> '');
  CREATE DOMAIN app.count AS int; COMMENT ON DOMAIN app.count IS 'how many';

  CREATE FUNCTION app.add(a int, b int DEFAULT 1) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT a + b';
  CREATE FUNCTION app.body(a int) RETURNS int LANGUAGE sql STABLE BEGIN ATOMIC SELECT app.add(a); END;
  CREATE FUNCTION app.rows(OUT id int, OUT name text) RETURNS SETOF record LANGUAGE plpgsql SECURITY DEFINER SET search_path = app, pg_temp ROWS 10
    AS $$ BEGIN RETURN QUERY SELECT 1, 'one'; END $$;
  REVOKE EXECUTE ON FUNCTION app.add FROM PUBLIC; GRANT EXECUTE ON FUNCTION app.add TO reader WITH GRANT OPTION;
  COMMENT ON FUNCTION app.add(int, int) IS 'adds';
  CREATE PROCEDURE app.work(INOUT n int) LANGUAGE plpgsql AS $$ BEGIN n := n + 1; END $$;
  ALTER PROCEDURE app.work OWNER TO reader;
  CREATE AGGREGATE app.total(int) (SFUNC = int4pl, STYPE = int, INITCOND = '0', COMBINEFUNC = int4pl, PARALLEL = SAFE,
    MSFUNC = int4pl, MINVFUNC = int4mi, MSTYPE = int, MINITCOND = '0');
  CREATE AGGREGATE app.smallest(text) (SFUNC = text_smaller, STYPE = text, SORTOP = <);
  CREATE AGGREGATE app.tally(*) (SFUNC = int8inc, STYPE = int8, INITCOND = '0');
  CREATE AGGREGATE app.middle(float8 ORDER BY anyelement) (SFUNC = ordered_set_transition, STYPE = internal,
    FINALFUNC = percentile_disc_final, FINALFUNC_EXTRA);
  COMMENT ON AGGREGATE app.total(int) IS 'sum';

  CREATE FUNCTION app.same(app.celsius, app.celsius) RETURNS bool AS 'int4eq' LANGUAGE internal STRICT IMMUTABLE;
  CREATE FUNCTION app.differs(app.celsius, app.celsius) RETURNS bool AS 'int4ne' LANGUAGE internal STRICT IMMUTABLE;
  CREATE FUNCTION app.hashed(app.celsius) RETURNS int AS 'hashint4' LANGUAGE internal STRICT IMMUTABLE;
  CREATE OPERATOR app.=== (FUNCTION = app.same, LEFTARG = app.celsius, RIGHTARG = app.celsius, COMMUTATOR = OPERATOR(app.===),
    NEGATOR = OPERATOR(app.!==), RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES);
  CREATE FUNCTION app.shout(text) RETURNS text LANGUAGE sql AS 'SELECT upper($1)';
  CREATE OPERATOR app.!!! (FUNCTION = app.shout, RIGHTARG = text);
  CREATE OPERATOR FAMILY app.degrees USING hash;
  CREATE OPERATOR CLASS app.celsius_hash DEFAULT FOR TYPE app.celsius USING hash FAMILY app.degrees AS
    OPERATOR 1 app.===, FUNCTION 1 app.hashed(app.celsius);
  ALTER OPERATOR FAMILY app.degrees USING hash ADD OPERATOR 1 =(int4, int4), FUNCTION 1 (int4, int4) hashint4(int4);
  CREATE CAST (app.celsius AS int) WITHOUT FUNCTION AS ASSIGNMENT;
  CREATE CAST (app.mood AS varchar) WITH INOUT AS IMPLICIT;
  CREATE FUNCTION app.to_mood(int) RETURNS app.mood LANGUAGE sql IMMUTABLE AS $$ SELECT 'sad'::app.mood $$;
  CREATE CAST (int AS app.mood) WITH FUNCTION app.to_mood(int);
  COMMENT ON CAST (int AS app.mood) IS 'gloomy';
  CREATE TRANSFORM FOR int LANGUAGE sql (FROM SQL WITH FUNCTION prsd_lextype(internal), TO SQL WITH FUNCTION int4recv(internal));

  CREATE TABLE app.things (id int PRIMARY KEY, name text, price int);
  CREATE TABLE app.others (id int PRIMARY KEY);
  CREATE PUBLICATION news FOR TABLE app.things (id, name) WHERE (id > 10), TABLE app.others WITH (publish = 'insert, update');
  CREATE PUBLICATION everything FOR ALL TABLES WITH (publish_via_partition_root = true);
  CREATE PUBLICATION spaces FOR TABLES IN SCHEMA app;
  CREATE SUBSCRIPTION feed CONNECTION 'host=localhost password=hidden-one' PUBLICATION far WITH (connect = false, slot_name = NONE);

  CREATE FOREIGN DATA WRAPPER far OPTIONS (debug 'true');
  CREATE SERVER elsewhere TYPE 'odd' VERSION '1' FOREIGN DATA WRAPPER far OPTIONS (host 'h', password 'hidden-two');
  GRANT USAGE ON FOREIGN SERVER elsewhere TO reader; COMMENT ON SERVER elsewhere IS 'far';
  CREATE USER MAPPING FOR PUBLIC SERVER elsewhere OPTIONS (password 'hidden-three');
  CREATE USER MAPPING FOR reader SERVER elsewhere;

  CREATE TEXT SEARCH PARSER app.cutter (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype, HEADLINE = prsd_headline);
  CREATE TEXT SEARCH TEMPLATE app.shape (INIT = dsimple_init, LEXIZE = dsimple_lexize);
  CREATE TEXT SEARCH DICTIONARY app.lower (TEMPLATE = app.shape, ACCEPT = false);
  CREATE TEXT SEARCH CONFIGURATION app.search (PARSER = app.cutter);
  ALTER TEXT SEARCH CONFIGURATION app.search ADD MAPPING FOR asciiword, word WITH app.lower, english_stem;
  COMMENT ON TEXT SEARCH CONFIGURATION app.search IS 'find';

  CREATE FUNCTION app.note() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN END $$;
  CREATE EVENT TRIGGER watch ON ddl_command_end WHEN TAG IN ('CREATE TABLE', 'DROP TABLE') EXECUTE FUNCTION app.note();
  ALTER EVENT TRIGGER watch ENABLE ALWAYS;
  ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT SELECT ON TABLES TO reader;
  ALTER DEFAULT PRIVILEGES FOR ROLE reader REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
  SELECT lo_create(4242); GRANT SELECT ON LARGE OBJECT 4242 TO reader;
`;
