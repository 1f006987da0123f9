/** A statement, with the first major that knows it. */
export type PageStatement = string | { readonly sql: string; readonly since: number };

export interface PageGroup {
  readonly title: string;
  readonly statements: readonly PageStatement[];
}

/** What migrations are made of, by what they do. */
export const pageGroups: readonly PageGroup[] = [
  {
    title: 'Rows',
    statements: [
      'SELECT * FROM open_orders',
      'SELECT * FROM orders FOR UPDATE',
      'INSERT INTO items (price) VALUES (1)',
      "UPDATE orders SET note = ''",
      'DELETE FROM orders WHERE total = 0',
      'LOCK TABLE orders IN SHARE ROW EXCLUSIVE MODE',
    ],
  },
  {
    title: 'Columns',
    statements: [
      'ALTER TABLE orders ADD COLUMN paid_at timestamptz',
      'ALTER TABLE orders ADD COLUMN paid boolean NOT NULL DEFAULT false',
      'ALTER TABLE orders ADD COLUMN token uuid DEFAULT gen_random_uuid()',
      'ALTER TABLE orders ADD COLUMN position serial',
      'ALTER TABLE orders ADD COLUMN gross numeric GENERATED ALWAYS AS (total * 1.2) STORED',
      { sql: 'ALTER TABLE orders ADD COLUMN gross numeric GENERATED ALWAYS AS (total * 1.2) VIRTUAL', since: 18 },
      'ALTER TABLE orders DROP COLUMN note',
      'ALTER TABLE orders RENAME COLUMN note TO remark',
      'ALTER TABLE orders ALTER COLUMN id TYPE bigint',
      'ALTER TABLE orders ALTER COLUMN number TYPE varchar(40)',
      'ALTER TABLE orders ALTER COLUMN number TYPE varchar(10)',
      'ALTER TABLE orders ALTER COLUMN number TYPE text',
      'ALTER TABLE orders ALTER COLUMN total TYPE numeric(12, 2)',
      'ALTER TABLE orders ALTER COLUMN note SET NOT NULL',
      'ALTER TABLE orders ALTER COLUMN total DROP NOT NULL',
      "ALTER TABLE orders ALTER COLUMN note SET DEFAULT ''",
      'ALTER TABLE orders ALTER COLUMN note SET STATISTICS 500',
      'ALTER TABLE orders ALTER COLUMN note SET STORAGE EXTERNAL',
    ],
  },
  {
    title: 'Constraints',
    statements: [
      'ALTER TABLE orders ADD CONSTRAINT note_short CHECK (length(note) < 100)',
      'ALTER TABLE orders ADD CONSTRAINT note_short CHECK (length(note) < 100) NOT VALID',
      'ALTER TABLE orders VALIDATE CONSTRAINT total_positive',
      'ALTER TABLE items ADD CONSTRAINT to_order FOREIGN KEY (order_id) REFERENCES orders',
      'ALTER TABLE items ADD CONSTRAINT to_order FOREIGN KEY (order_id) REFERENCES orders NOT VALID',
      'ALTER TABLE items VALIDATE CONSTRAINT items_order',
      'ALTER TABLE orders ADD CONSTRAINT note_once UNIQUE (note)',
      'ALTER TABLE orders ADD CONSTRAINT number_once UNIQUE USING INDEX orders_number',
      'ALTER TABLE items ADD PRIMARY KEY (order_id)',
      { sql: 'ALTER TABLE orders ADD CONSTRAINT note_there NOT NULL note NOT VALID', since: 18 },
      'ALTER TABLE orders DROP CONSTRAINT total_positive',
      'ALTER TABLE items DROP CONSTRAINT items_order',
      'ALTER TABLE orders RENAME CONSTRAINT total_positive TO total_not_negative',
    ],
  },
  {
    title: 'Indexes',
    statements: [
      'CREATE INDEX orders_note ON orders (note)',
      'CREATE INDEX CONCURRENTLY orders_note ON orders (note)',
      'CREATE INDEX events_id ON events (id)',
      'DROP INDEX orders_user_id',
      'DROP INDEX CONCURRENTLY orders_user_id',
      'ALTER INDEX orders_user_id RENAME TO orders_by_user',
      'REINDEX INDEX orders_user_id',
      'REINDEX INDEX CONCURRENTLY orders_user_id',
      'REINDEX TABLE orders',
    ],
  },
  {
    title: 'Tables',
    statements: [
      'CREATE TABLE notes (id bigint PRIMARY KEY, order_id integer REFERENCES orders)',
      'CREATE TABLE copies AS SELECT id FROM orders',
      'DROP TABLE items',
      'DROP TABLE orders CASCADE',
      'TRUNCATE items',
      'TRUNCATE orders CASCADE',
      'ALTER TABLE items RENAME TO lines',
      'ALTER TABLE items SET SCHEMA archive',
      'ALTER TABLE items SET (fillfactor = 90)',
      'ALTER TABLE items SET UNLOGGED',
      'ALTER TABLE items OWNER TO CURRENT_USER',
      'ALTER TABLE orders REPLICA IDENTITY FULL',
      'ALTER TABLE orders ENABLE ROW LEVEL SECURITY',
      'ALTER TABLE orders CLUSTER ON orders_user_id',
      'GRANT SELECT ON orders TO PUBLIC',
      "COMMENT ON TABLE orders IS 'what people bought'",
    ],
  },
  {
    title: 'Partitions',
    statements: [
      "CREATE TABLE events_2027 PARTITION OF events FOR VALUES FROM ('2027-01-01') TO ('2028-01-01')",
      "ALTER TABLE events ATTACH PARTITION events_2026 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')",
      'ALTER TABLE events DETACH PARTITION events_2025',
      'DROP TABLE events_2025',
      'ALTER TABLE events ADD COLUMN kind text',
    ],
  },
  {
    title: 'Views, sequences, types, triggers, policies',
    statements: [
      'CREATE VIEW cheap_orders AS SELECT id FROM orders WHERE total < 10',
      'CREATE OR REPLACE VIEW open_orders AS SELECT user_id FROM orders WHERE total > 0',
      'DROP VIEW open_orders',
      'REFRESH MATERIALIZED VIEW order_totals',
      'REFRESH MATERIALIZED VIEW CONCURRENTLY order_totals',
      'ALTER SEQUENCE invoice_numbers RESTART',
      "ALTER TYPE status ADD VALUE 'refunded'",
      'ALTER DOMAIN amount ADD CONSTRAINT positive CHECK (value > 0)',
      'ALTER DOMAIN amount ADD CONSTRAINT positive CHECK (value > 0) NOT VALID',
      'CREATE TRIGGER items_touch BEFORE UPDATE ON items FOR EACH ROW EXECUTE FUNCTION touch()',
      'DROP TRIGGER orders_touch ON orders',
      'ALTER TABLE orders DISABLE TRIGGER orders_touch',
      'CREATE POLICY items_all ON items USING (true)',
      'DROP POLICY orders_own ON orders',
      'CREATE RULE no_deletes AS ON DELETE TO items DO INSTEAD NOTHING',
      'CREATE STATISTICS order_facts ON user_id, total FROM orders',
    ],
  },
  {
    title: 'Maintenance',
    statements: ['VACUUM orders', 'VACUUM FULL orders', 'ANALYZE orders', 'CLUSTER orders USING orders_user_id'],
  },
];
