-- Complexity: LOW
-- Estimated Duration: 1 second

CREATE TABLE products (
    id           integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    sku          text NOT NULL UNIQUE,
    title        text NOT NULL,
    price_cents  integer NOT NULL CHECK (price_cents >= 0),
    legacy_code  varchar(20),
    active       boolean NOT NULL DEFAULT true
);
