/** A small shop, with one of each kind of thing that locks spread to. */
export const pageSchema = `CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL);
CREATE TABLE orders (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_id bigint REFERENCES users,
  number varchar(20),
  note text,
  total numeric(10, 2) NOT NULL DEFAULT 0
);
ALTER TABLE orders ADD CONSTRAINT total_positive CHECK (total >= 0) NOT VALID;
CREATE INDEX orders_user_id ON orders (user_id);
CREATE UNIQUE INDEX orders_number ON orders (number);
CREATE TABLE items (order_id integer, price numeric);
ALTER TABLE items ADD CONSTRAINT items_order FOREIGN KEY (order_id) REFERENCES orders NOT VALID;
CREATE VIEW open_orders AS SELECT user_id FROM orders;
CREATE MATERIALIZED VIEW order_totals AS SELECT user_id, count(*) AS orders FROM orders GROUP BY user_id;
CREATE UNIQUE INDEX order_totals_user_id ON order_totals (user_id);

CREATE TABLE events (id bigint, day date NOT NULL) PARTITION BY RANGE (day);
CREATE INDEX events_day ON events (day);
CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE events_default PARTITION OF events DEFAULT;
CREATE TABLE events_2026 (id bigint, day date NOT NULL);

CREATE DOMAIN amount AS numeric;
CREATE TABLE payments (id bigint PRIMARY KEY, paid amount);
CREATE TYPE status AS ENUM ('open', 'paid');
CREATE SEQUENCE invoice_numbers;
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE TRIGGER orders_touch BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();
CREATE POLICY orders_own ON orders USING (true);
CREATE SCHEMA archive;
`;
