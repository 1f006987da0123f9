-- Complexity: LOW
-- Estimated Duration: 1 second

CREATE TABLE payments (
    id            integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id      integer NOT NULL REFERENCES orders (id),
    amount_cents  integer NOT NULL CHECK (amount_cents > 0),
    provider      text NOT NULL,
    reference     text NOT NULL,
    paid_at       timestamptz NOT NULL DEFAULT now(),
    UNIQUE (provider, reference)
);

CREATE INDEX payments_order_id_idx ON payments (order_id);
