-- Complexity: LOW
-- Estimated Duration: 30 seconds

ALTER TABLE payments ALTER COLUMN id TYPE bigint;
