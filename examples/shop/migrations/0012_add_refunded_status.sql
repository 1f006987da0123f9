-- Complexity: LOW
-- Estimated Duration: 1 second

ALTER TYPE order_status ADD VALUE 'refunded' AFTER 'shipped';
