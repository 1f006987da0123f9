-- Brings the column back, not what it held.
ALTER TABLE products ADD COLUMN legacy_code varchar(20);
