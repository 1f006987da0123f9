-- Complexity: LOW
-- Estimated Duration: 1 second

ALTER TABLE users RENAME COLUMN name TO display_name;
