import type { Case } from '../oracle.js';

const relations: readonly Case[] = [
  { sql: 'DROP TABLE archive CASCADE' },
  { sql: 'DROP TABLE empty_table' },
  { sql: 'DROP TABLE numbers' },
  { sql: 'DROP TABLE users CASCADE' },
  { sql: 'DROP TABLE orgs CASCADE' },
  { sql: 'DROP TABLE orders CASCADE' },
  { sql: 'DROP TABLE order_items' },
  { sql: 'DROP TABLE bookings' },
  { sql: 'DROP TABLE products CASCADE' },
  { sql: 'DROP TABLE documents' },
  { sql: 'DROP TABLE people' },
  { sql: 'DROP TABLE cache CASCADE' },
  { sql: 'DROP TABLE cache, cache_child' },
  { sql: 'DROP TABLE "Mixed Case"' },
  { sql: 'DROP TABLE keyed' },
  { sql: 'DROP TABLE side.audit_log CASCADE' },
  { sql: 'DROP TABLE side.stock, side.users' },
  { sql: 'DROP TABLE side.owner_of_counter' },
  { sql: 'DROP TABLE events CASCADE' },
  { sql: 'DROP TABLE events_1 CASCADE' },
  { sql: 'DROP TABLE events_2 CASCADE' },
  { sql: 'DROP TABLE events_2_a CASCADE' },
  { sql: 'DROP TABLE events_2_other CASCADE' },
  { sql: 'DROP TABLE events_other CASCADE' },
  { sql: 'DROP TABLE events_spare' },
  { sql: 'DROP TABLE event_notes' },
  { sql: 'DROP TABLE metrics' },
  { sql: 'DROP TABLE metrics_0' },
  { sql: 'DROP TABLE regions' },
  { sql: 'DROP TABLE side.regions_south' },
  { sql: 'DROP TABLE no_parts' },
  { sql: 'DROP TABLE vehicles CASCADE' },
  { sql: 'DROP TABLE cars CASCADE' },
  { sql: 'DROP TABLE pickups' },
  { sql: 'DROP TABLE modern', majors: [18] },
  { sql: 'DROP TABLE IF EXISTS nowhere' },
  { sql: 'DROP TABLE IF EXISTS nowhere, archive CASCADE' },
  {
    sql: 'DROP TABLE IF EXISTS made',
    setup:
      'CREATE TABLE made (id int) PARTITION BY LIST (id); CREATE TABLE made_1 PARTITION OF made FOR VALUES IN (1); CREATE TABLE made_default PARTITION OF made DEFAULT',
  },
  {
    sql: 'DROP TABLE made_1',
    setup:
      'CREATE TABLE made (id int) PARTITION BY LIST (id); CREATE TABLE made_1 PARTITION OF made FOR VALUES IN (1); CREATE TABLE made_default PARTITION OF made DEFAULT',
  },
  {
    sql: 'DROP TABLE made_default',
    setup:
      'CREATE TABLE made (id int) PARTITION BY LIST (id); CREATE TABLE made_1 PARTITION OF made FOR VALUES IN (1); CREATE TABLE made_default PARTITION OF made DEFAULT',
  },
  {
    sql: 'DROP TABLE made',
    setup:
      'CREATE TABLE made (id int REFERENCES users, event bigint, at date, kind text, FOREIGN KEY (event, at, kind) REFERENCES events) PARTITION BY LIST (id); CREATE TABLE made_1 PARTITION OF made FOR VALUES IN (1)',
  },
  {
    sql: 'DROP TABLE made_1',
    setup:
      'CREATE TABLE made (id int REFERENCES users, event bigint, at date, kind text, FOREIGN KEY (event, at, kind) REFERENCES events) PARTITION BY LIST (id); CREATE TABLE made_1 PARTITION OF made FOR VALUES IN (1)',
  },
  { sql: 'DROP VIEW rich_orders' },
  { sql: 'DROP VIEW order_totals CASCADE' },
  { sql: 'DROP VIEW active_users CASCADE' },
  { sql: 'DROP VIEW side.archived, event_days' },
  { sql: 'DROP VIEW IF EXISTS nowhere' },
  { sql: 'DROP MATERIALIZED VIEW order_sums CASCADE' },
  { sql: 'DROP MATERIALIZED VIEW top_sums' },
  { sql: 'DROP FOREIGN TABLE far_things' },
  { sql: 'DROP INDEX users_old' },
  { sql: 'DROP INDEX users_old, orders_note' },
  { sql: 'DROP INDEX events_body' },
  { sql: 'DROP INDEX events_incomplete' },
  { sql: 'DROP INDEX order_sums_user' },
  { sql: 'DROP INDEX IF EXISTS nowhere' },
  { sql: 'DROP INDEX CONCURRENTLY users_old' },
  { sql: 'DROP INDEX CONCURRENTLY IF EXISTS orders_note' },
  { sql: 'DROP SEQUENCE loose_seq' },
  { sql: 'DROP SEQUENCE tickets CASCADE' },
  { sql: 'DROP SEQUENCE side.counter CASCADE' },
  { sql: 'DROP SEQUENCE orders_id_seq CASCADE' },
];

const partsAndTypes: readonly Case[] = [
  { sql: 'DROP TRIGGER users_touch ON users' },
  { sql: 'DROP TRIGGER events_log ON events' },
  { sql: 'DROP TRIGGER totals_change ON order_totals' },
  { sql: 'DROP TRIGGER IF EXISTS nowhere ON users' },
  { sql: 'DROP TRIGGER IF EXISTS nowhere ON nowhere' },
  { sql: 'DROP POLICY documents_owner ON documents' },
  { sql: 'DROP POLICY IF EXISTS nowhere ON documents' },
  { sql: 'DROP RULE archived_delete ON side.archived' },
  { sql: 'DROP RULE archive_log ON archive' },
  { sql: 'DROP RULE IF EXISTS nowhere ON archive' },
  { sql: 'DROP TYPE mood CASCADE' },
  { sql: 'DROP TYPE side.color CASCADE' },
  { sql: 'DROP TYPE money_pair CASCADE' },
  { sql: 'DROP TYPE person_type CASCADE' },
  { sql: 'DROP TYPE side.unused_pair' },
  { sql: 'DROP TYPE float_range CASCADE' },
  { sql: 'DROP TYPE IF EXISTS nowhere' },
  { sql: 'DROP DOMAIN euro CASCADE' },
  { sql: 'DROP DOMAIN price CASCADE' },
  { sql: 'DROP DOMAIN unused_domain' },
  { sql: 'DROP DOMAIN side.label CASCADE' },
  { sql: 'DROP FUNCTION add_one(int)' },
  {
    sql: 'DROP FUNCTION add_one CASCADE',
    setup:
      'CREATE TABLE made (id int DEFAULT add_one(1), other int GENERATED ALWAYS AS (add_one(1)) STORED, CHECK (add_one(id) > 0)); CREATE INDEX made_i ON made (add_one(id)); CREATE POLICY made_p ON archive USING (add_one(id) > 1); CREATE VIEW made_v AS SELECT add_one(a) FROM numbers',
  },
  { sql: 'DROP FUNCTION touch_row() CASCADE' },
  { sql: 'DROP FUNCTION log_change CASCADE' },
  { sql: 'DROP FUNCTION users_of(int)' },
  { sql: 'DROP ROUTINE order_count() CASCADE', setup: 'CREATE VIEW made AS SELECT order_count()' },
  { sql: 'DROP PROCEDURE purge_archive' },
  { sql: 'DROP AGGREGATE side.add_all(int)' },
  { sql: 'DROP FUNCTION IF EXISTS nowhere()' },
  { sql: 'DROP SCHEMA side CASCADE' },
  { sql: 'DROP SCHEMA IF EXISTS nowhere' },
  { sql: 'DROP SCHEMA public CASCADE' },
  { sql: 'DROP STATISTICS users_stats' },
  { sql: 'DROP STATISTICS IF EXISTS nowhere' },
  { sql: 'DROP PUBLICATION pub_users' },
  { sql: 'DROP SERVER far CASCADE' },
  { sql: 'DROP FOREIGN DATA WRAPPER dummy CASCADE' },
  { sql: 'DROP EXTENSION plpgsql CASCADE' },
  {
    sql: 'DROP EXTENSION citext CASCADE',
    setup:
      'CREATE EXTENSION citext; CREATE TABLE made (a citext, b int); CREATE INDEX made_a ON made (a); CREATE VIEW made_v AS SELECT a FROM made',
  },
  {
    sql: 'DROP COLLATION made CASCADE',
    setup:
      'CREATE COLLATION made FROM "C"; CREATE TABLE made_t (a text COLLATE made, b text); CREATE INDEX made_i ON made_t (b COLLATE made)',
  },
  {
    sql: 'DROP OPERATOR === (int, int) CASCADE',
    setup:
      'CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq); CREATE TABLE made (a int CHECK (a === 1))',
  },
  { sql: 'DROP EVENT TRIGGER IF EXISTS nowhere' },
  { sql: 'DROP CAST IF EXISTS (mood AS int)' },
  { sql: 'DROP LANGUAGE IF EXISTS nowhere' },
];

const ownership: readonly Case[] = [
  { sql: 'DROP OWNED BY rich_reader' },
  { sql: 'REASSIGN OWNED BY rich_reader TO CURRENT_USER' },
  {
    sql: 'DROP OWNED BY rich_reader CASCADE',
    setup:
      'ALTER TABLE orders OWNER TO rich_reader; ALTER FUNCTION touch_row() OWNER TO rich_reader; CREATE POLICY made ON documents TO rich_reader USING (true)',
  },
  {
    sql: 'REASSIGN OWNED BY rich_reader TO CURRENT_USER',
    setup:
      'ALTER TABLE orders OWNER TO rich_reader; ALTER VIEW active_users OWNER TO rich_reader; ALTER TYPE money_pair OWNER TO rich_reader; ALTER TYPE mood OWNER TO rich_reader; ALTER MATERIALIZED VIEW order_sums OWNER TO rich_reader; ALTER SEQUENCE tickets OWNER TO rich_reader',
  },
  { sql: 'REASSIGN OWNED BY rich_reader TO CURRENT_USER', setup: 'ALTER TABLE events OWNER TO rich_reader' },
  { sql: 'DROP ROLE IF EXISTS nobody' },
];

export const cases: readonly Case[] = [...relations, ...partsAndTypes, ...ownership];
