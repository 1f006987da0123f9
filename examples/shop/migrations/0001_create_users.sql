-- Complexity: LOW
-- Estimated Duration: 1 second

CREATE TABLE users (
    id          integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email       text NOT NULL,
    name        text NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT users_email_has_at CHECK (position('@' IN email) > 1)
);

CREATE UNIQUE INDEX users_email_key ON users (lower(email));
