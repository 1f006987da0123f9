-- Complexity: LOW
-- Estimated Duration: 1 second

CREATE TYPE order_status AS ENUM ('new', 'paid', 'shipped', 'cancelled');

-- user_id gets its foreign key later: the import of the old shop still runs.
CREATE TABLE orders (
    id          integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id     integer NOT NULL,
    status      order_status NOT NULL DEFAULT 'new',
    created_at  timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE order_items (
    order_id    integer NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
    product_id  integer NOT NULL REFERENCES products (id),
    quantity    integer NOT NULL CHECK (quantity BETWEEN 1 AND 1000),
    unit_cents  integer NOT NULL CHECK (unit_cents BETWEEN 0 AND 1000000),
    PRIMARY KEY (order_id, product_id)
);
