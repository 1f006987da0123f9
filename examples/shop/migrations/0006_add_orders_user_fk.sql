-- Complexity: LOW
-- Estimated Duration: 1 second

ALTER TABLE orders
    ADD CONSTRAINT orders_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id);
