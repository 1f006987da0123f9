import type { Case } from '../oracle.js';

function block(body: string): string {
  return `DO $$ ${body} $$`;
}

const texts = [
  "SELECT nextval('tickets')",
  "SELECT setval('side.counter', 5)",
  "SELECT setval('tickets', (SELECT max(id) FROM orders))",
  "SELECT setval(pg_get_serial_sequence('orders', 'id'), 100)",
  "SELECT setval(pg_get_serial_sequence('public.users', 'id'), coalesce(max(id), 1)) FROM users",
  "SELECT nextval('tickets') FROM users WHERE id < 0",
  "SELECT id FROM orders WHERE id > nextval('tickets') AND id < 0",
  "SELECT CASE WHEN id > 100000 THEN nextval('tickets') END FROM orders",
  'SELECT add_one(1)',
  'SELECT * FROM users_of(1)',
  'SELECT order_count()',
  "SELECT add_archive('x')",
  'SELECT add_archive(name) FROM users WHERE id < 0',
  'SELECT add_column()',
  'SELECT maybe_delete()',
  'SELECT maybe_delete(true)',
  'SELECT u.*, order_count() FROM users u',
  'SELECT * FROM orders WHERE id = order_count()',
  'EXPLAIN SELECT maybe_delete()',
  'EXPLAIN SELECT * FROM users_of(1)',
  'EXPLAIN ANALYZE SELECT maybe_delete()',
  'DECLARE c CURSOR FOR SELECT maybe_delete()',
  'CALL purge_archive()',
  block('BEGIN NULL; END'),
  block('BEGIN DELETE FROM archive; END'),
  block('BEGIN ALTER TABLE archive ADD COLUMN x int; UPDATE archive SET x = 1; END'),
  block('BEGIN IF false THEN DROP TABLE archive; END IF; END'),
  block('BEGIN FOR i IN 1..2 LOOP INSERT INTO archive (id) VALUES (i); END LOOP; END'),
  block(
    'DECLARE r record; BEGIN FOR r IN SELECT * FROM numbers LOOP UPDATE keyed SET c = r.b WHERE a = r.a; END LOOP; END',
  ),
  block('BEGIN BEGIN ALTER TABLE archive ADD COLUMN x int; EXCEPTION WHEN duplicate_column THEN NULL; END; END'),
  block('BEGIN BEGIN DROP TABLE nowhere; EXCEPTION WHEN undefined_table THEN DELETE FROM archive; END; END'),
  block("BEGIN EXECUTE 'ALTER TABLE archive ADD COLUMN x int'; END"),
  block("BEGIN EXECUTE format('ALTER TABLE %I ADD COLUMN x int', 'archive'); END"),
  block("DECLARE t text := 'x'; BEGIN EXECUTE format('UPDATE archive SET body = %L', t); END"),
  block(
    "DECLARE t text; BEGIN FOR t IN SELECT relname FROM pg_class WHERE relname = 'users' LOOP DELETE FROM archive; END LOOP; END",
  ),
  block('DECLARE n int; BEGIN SELECT count(*) INTO n FROM users; IF n > 1000 THEN DELETE FROM users; END IF; END'),
  block('DECLARE n int := (SELECT count(*) FROM orgs); BEGIN n := n + (SELECT max(a) FROM numbers); END'),
  block('BEGIN PERFORM 1 FROM users FOR UPDATE; PERFORM maybe_delete(); END'),
  block('BEGIN IF EXISTS (SELECT FROM products WHERE stock < 0) THEN RETURN; END IF; DELETE FROM archive; END'),
  block('BEGIN IF EXISTS (SELECT FROM products) THEN RETURN; END IF; DELETE FROM archive; END'),
  'DO $$\nBEGIN\n  IF (SELECT count(*) FROM orgs) > 0 THEN\n    RETURN;\n  END IF;\n  DELETE FROM archive;\nEND $$',
  block('BEGIN CALL purge_archive(); END'),
  block(
    'BEGIN CREATE TABLE made (id int); INSERT INTO made SELECT id FROM users; ALTER TABLE made ADD COLUMN x int; CREATE INDEX ON made (x); END',
  ),
  block('DECLARE c CURSOR FOR SELECT * FROM users; BEGIN OPEN c; CLOSE c; END'),
  block('DECLARE users int := 5; BEGIN PERFORM users + 1; DELETE FROM archive WHERE id = users; END'),
  block(
    'DECLARE r users%ROWTYPE; BEGIN SELECT * INTO r FROM users LIMIT 1; INSERT INTO archive (id) VALUES (r.id); END',
  ),
  block("BEGIN LOCK TABLE users IN SHARE MODE; PERFORM nextval('tickets'); END"),
  block("DECLARE d date := '2024-01-05'; BEGIN PERFORM 1 FROM events WHERE at = d; END"),
  block('BEGIN WHILE false LOOP TRUNCATE archive; END LOOP; END'),
  block('BEGIN CASE WHEN true THEN DELETE FROM keyed; ELSE DROP TABLE users; END CASE; END'),
  block("BEGIN RAISE NOTICE '%', (SELECT count(*) FROM keyed); ASSERT (SELECT count(*) FROM numbers) > 0; END"),
  "DO LANGUAGE plpgsql 'BEGIN DELETE FROM archive; END'",
  block("BEGIN EXECUTE 'SELECT count(*) FROM ' || quote_ident('users'); END"),
  block("DECLARE n int; BEGIN EXECUTE 'DELETE FROM archive WHERE id = $1' USING 5; GET DIAGNOSTICS n = ROW_COUNT; END"),
];

const recursive = `CREATE FUNCTION ping(n int) RETURNS int LANGUAGE plpgsql AS
    $$ BEGIN IF n > 0 THEN PERFORM pong(n - 1); END IF; DELETE FROM archive WHERE id = n; RETURN n; END $$;
  CREATE FUNCTION pong(n int) RETURNS int LANGUAGE plpgsql AS
    $$ BEGIN UPDATE keyed SET c = 'x' WHERE a = n; RETURN ping(n); END $$`;

const overloaded = `CREATE FUNCTION work(a int) RETURNS void LANGUAGE sql AS 'DELETE FROM archive';
  CREATE FUNCTION work(a text) RETURNS void LANGUAGE sql AS 'DELETE FROM keyed'`;

const shaped = `CREATE FUNCTION totals(OUT many bigint, INOUT wanted int DEFAULT 1) LANGUAGE plpgsql AS
    $$ BEGIN many := (SELECT count(*) FROM orders WHERE id > wanted); wanted := 5; END $$;
  CREATE FUNCTION listed() RETURNS TABLE (id bigint, email text) LANGUAGE plpgsql AS
    $$ BEGIN RETURN QUERY SELECT u.id, u.email FROM users u; IF NOT FOUND THEN DELETE FROM archive; END IF; RETURN; END $$;
  CREATE FUNCTION one_more(i int) RETURNS bigint LANGUAGE sql RETURN i + (SELECT count(*) FROM numbers);
  CREATE PROCEDURE two_steps(INOUT done int) LANGUAGE sql AS 'UPDATE keyed SET c = NULL; DELETE FROM numbers WHERE a < 0; SELECT 1';
  CREATE VIEW counted AS SELECT maybe_delete() AS many`;

export const cases: readonly Case[] = [
  ...texts.map((sql) => ({ sql })),
  { sql: ['PREPARE code AS DELETE FROM archive', 'DEALLOCATE ALL'] },
  { sql: 'SELECT ping(2)', setup: recursive },
  { sql: 'SELECT work(1)', setup: overloaded },
  { sql: 'SELECT * FROM totals(1)', setup: shaped },
  { sql: 'SELECT * FROM listed()', setup: shaped },
  { sql: 'SELECT one_more(1)', setup: shaped },
  { sql: 'CALL two_steps(1)', setup: shaped },
  { sql: 'SELECT * FROM counted', setup: shaped },
];
