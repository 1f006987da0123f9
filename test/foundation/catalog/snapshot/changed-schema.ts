/** Small, and with something of every kind for the changes to touch. */
export const changedSchema = `
  CREATE ROLE app; CREATE ROLE other_owner;
  CREATE SCHEMA side;
  CREATE DOMAIN euro AS numeric CONSTRAINT positive CHECK (VALUE >= 0);
  CREATE TYPE mood AS ENUM ('sad', 'fine');
  CREATE TYPE pair AS (a int, b text COLLATE "C");
  CREATE TYPE row_type AS (id int, name text);
  CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
  CREATE FUNCTION one() RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';
  CREATE SEQUENCE free_seq;
  CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email varchar(80) NOT NULL CONSTRAINT users_email UNIQUE,
    name text DEFAULT 'nobody', mood mood, balance euro, doubled int, "Odd ""name""" int, made timestamptz DEFAULT '2024-01-01 00:00+00',
    CONSTRAINT named CHECK (name <> ''));
  CREATE INDEX users_name ON users (name text_pattern_ops, lower(email)) INCLUDE (mood) WITH (fillfactor = 80) WHERE name IS NOT NULL;
  CREATE UNIQUE INDEX users_balance ON users (id, email);
  CREATE STATISTICS users_stats (dependencies) ON name, mood FROM users;
  CREATE TABLE orders (
    id serial PRIMARY KEY, user_id bigint CONSTRAINT orders_user REFERENCES users ON DELETE CASCADE,
    net numeric, gross numeric GENERATED ALWAYS AS (net * 1.2) STORED, note text, during tsrange,
    CONSTRAINT apart EXCLUDE USING gist (during WITH &&), CONSTRAINT later UNIQUE (note) DEFERRABLE);
  ALTER TABLE orders ADD CONSTRAINT unproved CHECK (net > 0) NOT VALID;
  CREATE TRIGGER orders_touch BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();
  CREATE CONSTRAINT TRIGGER orders_late AFTER INSERT ON orders DEFERRABLE FOR EACH ROW EXECUTE FUNCTION touch();
  CREATE RULE no_delete AS ON DELETE TO orders DO INSTEAD NOTHING;
  CREATE POLICY own ON orders USING (user_id = 1);
  CREATE TABLE events (id int NOT NULL, at date NOT NULL, body text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
  CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2024-02-01');
  CREATE INDEX events_body ON events (body);
  CREATE TRIGGER events_touch AFTER INSERT ON events FOR EACH ROW EXECUTE FUNCTION touch();
  CREATE TABLE loose (id int NOT NULL, at date NOT NULL, body text);
  CREATE TABLE typed OF row_type;
  CREATE TABLE base (id int, CONSTRAINT base_id CHECK (id > 0));
  CREATE TABLE child (extra int) INHERITS (base);
  CREATE TABLE twin (id int, extra int, CONSTRAINT base_id CHECK (id > 0));
  CREATE UNLOGGED TABLE cache (key text);
  CREATE VIEW names AS SELECT id, name FROM users;
  CREATE MATERIALIZED VIEW sums AS SELECT user_id, count(*) AS many FROM orders GROUP BY user_id;
  CREATE FOREIGN DATA WRAPPER dummy;
  CREATE SERVER far FOREIGN DATA WRAPPER dummy;
  CREATE FOREIGN TABLE far_things (id int, name text) SERVER far;
  INSERT INTO users (email, name) VALUES ('a', 'A');
  INSERT INTO orders (user_id, net) VALUES (1, 10);`;
