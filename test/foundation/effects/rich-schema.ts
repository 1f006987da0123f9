/*
 * Relations of every kind, tied to each other in every way that decides about locks, with rows in all of them. Two
 * schemas, `public` and `side`; the search path is the server's default.
 */

const typesAndFunctions = `
  CREATE SCHEMA side;
  CREATE DOMAIN euro AS numeric(12,2) CHECK (VALUE >= 0);
  CREATE DOMAIN price AS euro CONSTRAINT not_free CHECK (VALUE > 0);
  CREATE DOMAIN euro_list AS euro[];
  CREATE DOMAIN unused_domain AS text;
  CREATE DOMAIN side.label AS text DEFAULT 'none' NOT NULL;
  CREATE TYPE mood AS ENUM ('sad', 'fine', 'happy');
  CREATE TYPE side.color AS ENUM ('red', 'green');
  CREATE TYPE money_pair AS (amount euro, currency text);
  CREATE TYPE person_type AS (name text, age int);
  CREATE TYPE side.unused_pair AS (a int, b int);
  CREATE TYPE float_range AS RANGE (subtype = float8);
  CREATE SEQUENCE tickets;
  CREATE SEQUENCE loose_seq AS int START 100;
  CREATE SEQUENCE side.counter;
  DO $$ BEGIN CREATE ROLE rich_reader; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
  CREATE FUNCTION add_one(i int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT i + 1';
  CREATE FUNCTION touch_row() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$`;

const plainTables = `
  CREATE TABLE orgs (
    id serial PRIMARY KEY, name text NOT NULL, parent_id int REFERENCES orgs, size smallint DEFAULT 1, notes text,
    CONSTRAINT orgs_named CHECK (name <> ''));
  CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text NOT NULL UNIQUE, name varchar(80),
    mood mood DEFAULT 'fine', old text, age int CONSTRAINT users_age CHECK (age >= 0), born date, balance euro DEFAULT 0,
    tags text[], data jsonb, made timestamptz NOT NULL DEFAULT now(), seen timestamp, code varchar(20), flag boolean,
    checked int CONSTRAINT users_checked CHECK (checked IS NOT NULL), org_id int REFERENCES orgs ON DELETE SET NULL);
  CREATE INDEX users_lower ON users (lower(email));
  CREATE INDEX users_old ON users (old) WHERE flag;
  CREATE INDEX users_code ON users (code) INCLUDE (name);
  CREATE INDEX users_age_hash ON users USING hash (age);
  CREATE INDEX users_data ON users USING gin (data);
  CREATE INDEX users_made ON users USING brin (made);
  CREATE UNIQUE INDEX users_email_code ON users (email, code);
  CREATE STATISTICS users_stats (dependencies) ON mood, age FROM users;
  CREATE TABLE products (
    sku text PRIMARY KEY, price price, cost numeric(10,2), tax numeric GENERATED ALWAYS AS (cost * 0.2) STORED,
    tag money_pair, prices euro_list, offers euro[], label side.label, color side.color, weight real, stock int);
  CREATE INDEX products_tax ON products (tax);
  CREATE TABLE orders (
    id bigserial PRIMARY KEY, user_id bigint NOT NULL CONSTRAINT orders_owner REFERENCES users ON DELETE CASCADE,
    org_id int CONSTRAINT orders_org REFERENCES orgs ON DELETE SET NULL ON UPDATE CASCADE, total euro, note text,
    ticket bigint DEFAULT nextval('tickets'), state text NOT NULL DEFAULT 'new', placed timestamptz DEFAULT now());
  CREATE INDEX orders_user ON orders (user_id);
  CREATE INDEX orders_note ON orders (note) WHERE note IS NOT NULL;
  CREATE TABLE order_items (
    order_id bigint REFERENCES orders ON DELETE RESTRICT, line int, sku text, amount int DEFAULT 1 NOT NULL, PRIMARY KEY (order_id, line),
    CONSTRAINT items_product FOREIGN KEY (sku) REFERENCES products ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED);
  ALTER TABLE orders ADD CONSTRAINT orders_cheap CHECK (total < 100000) NOT VALID;
  CREATE TABLE bookings (
    id int PRIMARY KEY, room int, during tsrange, width float_range, guest bigint DEFAULT 1,
    CONSTRAINT bookings_apart EXCLUDE USING gist (during WITH &&),
    CONSTRAINT bookings_room UNIQUE (room, id) DEFERRABLE INITIALLY DEFERRED);
  ALTER TABLE bookings ADD CONSTRAINT bookings_guest FOREIGN KEY (guest) REFERENCES users ON DELETE SET DEFAULT NOT VALID;
  CREATE TABLE documents (id int PRIMARY KEY, owner_id bigint REFERENCES users, body text, secret boolean, visits int);
  ALTER TABLE documents ENABLE ROW LEVEL SECURITY;
  CREATE POLICY documents_owner ON documents USING (owner_id IN (SELECT u.id FROM users u));
  CREATE POLICY documents_open ON documents FOR SELECT USING (NOT secret);
  CREATE TABLE archive (id int, body text, at timestamptz DEFAULT now());
  CREATE TABLE numbers (a int, b bigint, c smallint, d numeric);
  CREATE UNIQUE INDEX numbers_a ON numbers (a);
  CREATE INDEX numbers_b ON numbers (b);
  CREATE TABLE keyed (a int NOT NULL, b int NOT NULL, c text);
  CREATE UNIQUE INDEX keyed_a ON keyed (a);
  CREATE UNIQUE INDEX keyed_b ON keyed (b);
  ALTER TABLE keyed REPLICA IDENTITY USING INDEX keyed_b;
  ALTER TABLE keyed CLUSTER ON keyed_a;
  CREATE TABLE people OF person_type (PRIMARY KEY (name));
  CREATE UNLOGGED TABLE cache (key text PRIMARY KEY, value text, hits int);
  CREATE UNLOGGED TABLE cache_child (key text REFERENCES cache, extra text);
  CREATE TABLE "Mixed Case" ("Id" int PRIMARY KEY, "order" text, "Weird ""col""" int);
  CREATE TABLE empty_table (id int, body text);
  CREATE TABLE side.audit_log (id bigint GENERATED BY DEFAULT AS IDENTITY, at timestamptz DEFAULT now(), what text);
  CREATE TABLE side.stock (sku text REFERENCES public.products ON DELETE CASCADE, amount int, place side.color, PRIMARY KEY (sku));
  CREATE TABLE side.users (id int PRIMARY KEY, user_id bigint REFERENCES public.users ON DELETE NO ACTION, nick text);
  CREATE TABLE side.owner_of_counter (id int DEFAULT nextval('side.counter'), body text);
  ALTER SEQUENCE side.counter OWNED BY side.owner_of_counter.id`;

const trees = `
  CREATE TABLE events (
    id bigint, at date NOT NULL, kind text NOT NULL DEFAULT 'a', user_id bigint REFERENCES users ON DELETE CASCADE,
    body text, size int, CONSTRAINT events_size CHECK (size > 0), PRIMARY KEY (id, at, kind)) PARTITION BY RANGE (at);
  CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2024-02-01');
  CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM ('2024-02-01') TO ('2024-03-01') PARTITION BY LIST (kind);
  CREATE TABLE events_2_a PARTITION OF events_2 FOR VALUES IN ('a');
  CREATE TABLE events_2_b PARTITION OF events_2 FOR VALUES IN ('b');
  CREATE TABLE events_2_other PARTITION OF events_2 DEFAULT;
  CREATE TABLE events_other PARTITION OF events DEFAULT;
  CREATE INDEX events_body ON events (body);
  CREATE INDEX events_incomplete ON ONLY events (size);
  CREATE TABLE events_spare (LIKE events INCLUDING ALL);
  CREATE TABLE events_proved (LIKE events INCLUDING ALL,
    CONSTRAINT proved CHECK (at IS NOT NULL AND at >= date '2024-04-01' AND at < date '2024-05-01'));
  CREATE TABLE event_notes (id int PRIMARY KEY, event_id bigint, event_at date, event_kind text, note text,
    CONSTRAINT notes_event FOREIGN KEY (event_id, event_at, event_kind) REFERENCES events ON DELETE CASCADE);
  CREATE TABLE metrics (id int PRIMARY KEY, value float8, euros euro) PARTITION BY HASH (id);
  CREATE TABLE metrics_0 PARTITION OF metrics FOR VALUES WITH (MODULUS 2, REMAINDER 0);
  CREATE TABLE metrics_1 PARTITION OF metrics FOR VALUES WITH (MODULUS 2, REMAINDER 1);
  CREATE TABLE regions (code text, name text) PARTITION BY LIST (code);
  CREATE TABLE regions_north PARTITION OF regions FOR VALUES IN ('n', 'nn');
  CREATE TABLE side.regions_south PARTITION OF regions FOR VALUES IN ('s');
  CREATE TABLE no_parts (id int, name text) PARTITION BY RANGE (id);
  CREATE TABLE vehicles (id int PRIMARY KEY, wheels int NOT NULL, name text CONSTRAINT vehicles_named CHECK (name <> ''));
  CREATE TABLE cars (doors int) INHERITS (vehicles);
  CREATE TABLE trucks (load numeric) INHERITS (vehicles);
  CREATE TABLE pickups (bed text) INHERITS (cars, trucks);
  CREATE TABLE lone_vehicle (id int NOT NULL, wheels int NOT NULL, name text CONSTRAINT vehicles_named CHECK (name <> ''))`;

const behaviour = `
  CREATE FUNCTION log_change() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN INSERT INTO side.audit_log (what) VALUES (TG_OP); RETURN NULL; END $$;
  CREATE FUNCTION count_changes() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN INSERT INTO side.audit_log (what) SELECT count(*)::text FROM changed; RETURN NULL; END $$;
  CREATE FUNCTION keep_active() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN UPDATE public.users SET name = NEW.name WHERE id = NEW.id; RETURN NEW; END $$;
  CREATE FUNCTION users_of(wanted int) RETURNS SETOF users LANGUAGE sql STABLE AS
    'SELECT * FROM public.users WHERE org_id = wanted';
  CREATE FUNCTION order_count() RETURNS bigint LANGUAGE sql STABLE BEGIN ATOMIC SELECT count(*) FROM public.orders; END;
  CREATE FUNCTION add_archive(body text) RETURNS void LANGUAGE sql AS
    'INSERT INTO public.archive (body) VALUES ($1)';
  CREATE FUNCTION add_column() RETURNS void LANGUAGE plpgsql AS
    $$ BEGIN ALTER TABLE public.archive ADD COLUMN added int; END $$;
  CREATE FUNCTION run_dynamic(command text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE command; END $$;
  CREATE FUNCTION maybe_delete(really boolean DEFAULT false) RETURNS int LANGUAGE plpgsql AS
    $$ BEGIN IF really THEN DELETE FROM public.archive; END IF; RETURN (SELECT count(*) FROM public.numbers); END $$;
  CREATE PROCEDURE purge_archive() LANGUAGE plpgsql AS $$ BEGIN DELETE FROM public.archive WHERE id < 0; END $$;
  CREATE AGGREGATE side.add_all(int) (SFUNC = int4pl, STYPE = int, INITCOND = '0');
  CREATE TRIGGER users_touch BEFORE UPDATE OF name, email ON users FOR EACH ROW EXECUTE FUNCTION touch_row();
  CREATE TRIGGER orders_log AFTER INSERT OR UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION log_change();
  CREATE TRIGGER numbers_count AFTER UPDATE ON numbers REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION count_changes();
  CREATE TRIGGER numbers_truncated AFTER TRUNCATE ON numbers FOR EACH STATEMENT EXECUTE FUNCTION log_change();
  CREATE TRIGGER events_log AFTER INSERT ON events FOR EACH ROW EXECUTE FUNCTION log_change();
  CREATE TRIGGER keyed_off AFTER DELETE ON keyed FOR EACH ROW EXECUTE FUNCTION log_change();
  ALTER TABLE keyed DISABLE TRIGGER keyed_off;
  CREATE CONSTRAINT TRIGGER documents_check AFTER INSERT ON documents DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION log_change();
  CREATE VIEW active_users AS SELECT id, email, name FROM users WHERE flag;
  CREATE VIEW named_users AS SELECT * FROM active_users WHERE name IS NOT NULL WITH CHECK OPTION;
  CREATE VIEW order_totals AS SELECT o.id, o.total, u.email FROM orders o JOIN users u ON u.id = o.user_id;
  CREATE VIEW rich_orders AS SELECT * FROM order_totals WHERE total > 10;
  CREATE VIEW side.archived AS SELECT id, body FROM archive;
  CREATE VIEW event_days AS SELECT at, count(*) AS many FROM events GROUP BY at;
  CREATE TRIGGER totals_change INSTEAD OF UPDATE ON order_totals FOR EACH ROW EXECUTE FUNCTION touch_row();
  CREATE RULE archived_delete AS ON DELETE TO side.archived DO INSTEAD UPDATE archive SET body = NULL WHERE id = OLD.id;
  CREATE RULE archive_log AS ON INSERT TO archive DO ALSO INSERT INTO side.audit_log (what) VALUES ('archived');
  CREATE MATERIALIZED VIEW order_sums AS SELECT user_id, sum(total) AS total FROM orders GROUP BY 1;
  CREATE UNIQUE INDEX order_sums_user ON order_sums (user_id);
  CREATE MATERIALIZED VIEW top_sums AS SELECT * FROM order_sums WHERE total > 5;
  CREATE MATERIALIZED VIEW unfilled AS SELECT id FROM orgs WITH NO DATA;
  CREATE FOREIGN DATA WRAPPER dummy;
  CREATE SERVER far FOREIGN DATA WRAPPER dummy;
  CREATE FOREIGN TABLE far_things (id int, name text) SERVER far;
  CREATE PUBLICATION pub_users FOR TABLE users, orders;
  GRANT SELECT ON users, orders TO rich_reader`;

const rows = `
  INSERT INTO orgs (name, parent_id) SELECT 'o' || i, nullif(i - 1, 0) FROM generate_series(1, 5) i;
  INSERT INTO users (email, name, old, age, born, data, code, flag, checked, org_id, seen)
    SELECT 'u' || i, 'n' || i, i::text, i, '2000-01-01', '{"a": 1}', 'c' || i, true, 1, 1 + i % 5, now() FROM generate_series(1, 50) i;
  INSERT INTO products (sku, price, cost, tag, prices, offers, label, color, weight, stock)
    SELECT 's' || i, i, i, ROW(i::euro, 'EUR'::text)::money_pair, ARRAY[1, 2], ARRAY[3], 'l', 'red', i, i FROM generate_series(1, 20) i;
  INSERT INTO orders (user_id, org_id, total, note) SELECT 1 + i % 50, 1 + i % 5, i, 'n' || i FROM generate_series(1, 60) i;
  INSERT INTO order_items (order_id, line, sku) SELECT i, 1, 's' || 1 + i % 20 FROM generate_series(1, 50) i;
  INSERT INTO bookings (id, room, during) SELECT i, i, tsrange(date '2024-01-01' + i, date '2024-01-02' + i) FROM generate_series(1, 20) i;
  INSERT INTO documents SELECT i, i, 'b', false, i FROM generate_series(1, 20) i;
  INSERT INTO archive (id, body) SELECT i, 'b' FROM generate_series(1, 20) i;
  INSERT INTO numbers SELECT i, i, i, i FROM generate_series(1, 50) i;
  INSERT INTO keyed SELECT i, i, 'c' || i FROM generate_series(1, 20) i;
  INSERT INTO people SELECT 'p' || i, i FROM generate_series(1, 10) i;
  INSERT INTO cache SELECT 'k' || i, 'v', i FROM generate_series(1, 20) i;
  INSERT INTO cache_child SELECT 'k' || i, 'e' FROM generate_series(1, 10) i;
  INSERT INTO "Mixed Case" SELECT i, 'o', i FROM generate_series(1, 10) i;
  INSERT INTO side.stock SELECT 's' || i, i, 'green' FROM generate_series(1, 10) i;
  INSERT INTO side.users SELECT i, i, 'n' FROM generate_series(1, 10) i;
  INSERT INTO side.owner_of_counter (body) SELECT 'b' FROM generate_series(1, 10) i;
  INSERT INTO events (id, at, kind, user_id, body, size)
    SELECT i, date '2024-01-01' + i, (ARRAY['a', 'b', 'c'])[1 + i % 3], 1 + i % 50, 'b' || i, 1 FROM generate_series(0, 70) i;
  INSERT INTO events_spare (id, at, kind, size) SELECT i, '2024-03-10', 'a', 1 FROM generate_series(1000, 1010) i;
  DELETE FROM events WHERE at >= '2024-03-01' AND at < '2024-06-01' AND id % 2 = 0;
  UPDATE events SET at = at + 365 WHERE at >= '2024-03-01';
  INSERT INTO events_proved (id, at, kind, size) SELECT i, '2024-04-10', 'a', 1 FROM generate_series(2000, 2010) i;
  INSERT INTO event_notes SELECT i, id, at, kind, 'n' FROM (SELECT row_number() OVER () AS i, id, at, kind FROM events LIMIT 10) e;
  INSERT INTO metrics SELECT i, i, i FROM generate_series(1, 20) i;
  INSERT INTO regions VALUES ('n', 'north'), ('nn', 'far north'), ('s', 'south');
  INSERT INTO vehicles SELECT i, 4, 'v' FROM generate_series(1, 10) i;
  INSERT INTO cars SELECT i, 4, 'c', 5 FROM generate_series(11, 20) i;
  INSERT INTO trucks SELECT i, 6, 't', 5 FROM generate_series(21, 30) i;
  INSERT INTO pickups (id, wheels, name) SELECT i, 4, 'p' FROM generate_series(31, 40) i;
  INSERT INTO lone_vehicle SELECT i, 3, 'l' FROM generate_series(51, 60) i;
  REFRESH MATERIALIZED VIEW order_sums;
  REFRESH MATERIALIZED VIEW top_sums;
  ANALYZE`;

/** What only PostgreSQL 18 knows. */
const only18 = `
  CREATE TABLE modern (id int PRIMARY KEY, a int, b int GENERATED ALWAYS AS (a * 2) VIRTUAL, c text,
    user_id bigint CONSTRAINT modern_user REFERENCES users NOT ENFORCED, CONSTRAINT modern_c CHECK (c <> '') NOT ENFORCED);
  INSERT INTO modern (id, a, c) SELECT i, i, 'c' FROM generate_series(1, 10) i;
  ALTER TABLE modern ADD CONSTRAINT modern_c_there NOT NULL c NOT VALID;
  ANALYZE modern`;

/** Makes the schema in an empty database, as superuser. */
export function richSchema(major: number): string {
  return [typesAndFunctions, plainTables, trees, behaviour, rows, ...(major >= 18 ? [only18] : [])].join(';\n');
}

/** Goes with its session, so each session needs its own. */
export const temporaryTables = `
  CREATE TEMPORARY TABLE scratch (id int PRIMARY KEY, body text);
  INSERT INTO scratch SELECT i, 'b' FROM generate_series(1, 10) i`;
