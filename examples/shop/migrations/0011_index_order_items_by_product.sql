-- Complexity: LOW
-- Estimated Duration: 30 seconds

CREATE INDEX CONCURRENTLY order_items_product_id_idx ON order_items (product_id);
