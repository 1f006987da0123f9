-- A value cannot be dropped from an enum: the type is built anew and the table rewritten.
-- Refunded orders become cancelled ones.
ALTER TYPE order_status RENAME TO order_status_with_refunded;
CREATE TYPE order_status AS ENUM ('new', 'paid', 'shipped', 'cancelled');

ALTER TABLE orders ALTER COLUMN status DROP DEFAULT;
ALTER TABLE orders ALTER COLUMN status TYPE order_status
    USING (CASE status::text WHEN 'refunded' THEN 'cancelled' ELSE status::text END)::order_status;
ALTER TABLE orders ALTER COLUMN status SET DEFAULT 'new';

DROP TYPE order_status_with_refunded;
