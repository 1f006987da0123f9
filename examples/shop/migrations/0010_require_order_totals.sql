-- Complexity: LOW
-- Estimated Duration: 1 second

ALTER TABLE orders ALTER COLUMN total_cents SET DEFAULT 0;
ALTER TABLE orders ALTER COLUMN total_cents SET NOT NULL;
