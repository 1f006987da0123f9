-- Complexity: MEDIUM
-- Estimated Duration: 30 seconds

ALTER TABLE orders ADD COLUMN total_cents bigint;

UPDATE orders
SET total_cents = COALESCE(
    (SELECT sum(item.quantity * item.unit_cents) FROM order_items AS item WHERE item.order_id = orders.id),
    0
);
