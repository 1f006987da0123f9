-- Fails, and changes nothing, once an id is above 2147483647.
ALTER TABLE payments ALTER COLUMN id TYPE integer;
