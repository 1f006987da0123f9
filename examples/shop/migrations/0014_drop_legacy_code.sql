-- Complexity: LOW
-- Estimated Duration: 1 second

ALTER TABLE products DROP COLUMN legacy_code;
