import type { Case } from '../oracle.js';

const texts = [
  "SELECT * FROM events e (i, d) WHERE d = '2024-01-05'",
  "SELECT * FROM (events e JOIN users u ON u.id = e.user_id) AS j WHERE j.at = '2024-01-05'",
  "SELECT * FROM events WHERE (at, kind) = ('2024-02-05', 'a')",
  "SELECT * FROM events WHERE (at, id) > ('2024-02-05', 1)",
  "SELECT * FROM public.events WHERE public.events.at = '2024-01-05'",
  "SELECT * FROM events a JOIN events b USING (at) WHERE at = '2024-01-05'",
  "SELECT * FROM events a NATURAL JOIN events_spare b WHERE a.at = '2024-01-05'",
  "SELECT * FROM events a JOIN event_days b ON a.at = b.at WHERE a.kind = 'b'",
  "SELECT * FROM events a, events b WHERE a.at = '2024-01-05' AND b.at = '2024-02-05' AND b.kind = 'a'",
  "SELECT * FROM events WHERE at = '2024-01-05' AND at = '2024-02-05'",
  "SELECT * FROM events WHERE at >= '2024-01-01' AND at < '2024-03-01'",
  "SELECT * FROM events WHERE at < '2023-01-01'",
  'SELECT * FROM events WHERE at IN (SELECT event_at FROM event_notes)',
  'SELECT * FROM events WHERE at = (SELECT max(event_at) FROM event_notes)',
  "SELECT * FROM events WHERE at::text = '2024-01-05'",
  "SELECT * FROM events WHERE at > '2024-01-05'::timestamp",
  'SELECT * FROM events WHERE at = make_date(2024, 1, 5)',
  "SELECT * FROM events WHERE at BETWEEN SYMMETRIC '2024-01-05' AND '2024-01-01'",
  "SELECT * FROM events WHERE at NOT BETWEEN '2024-01-05' AND '2024-02-01'",
  "SELECT * FROM events WHERE at NOT IN ('2024-01-05')",
  "SELECT * FROM events WHERE at IS NOT NULL AND kind = 'b'",
  'SELECT * FROM events WHERE at = NULL',
  'SELECT * FROM events WHERE true',
  "SELECT * FROM events WHERE CASE WHEN at = '2024-01-05' THEN true END",
  "SELECT * FROM users u WHERE EXISTS (SELECT FROM events e WHERE e.user_id = u.id AND e.at = '2024-01-05')",
  "SELECT * FROM users u RIGHT JOIN events e ON e.user_id = u.id WHERE e.at = '2024-01-05'",
  "SELECT * FROM users u FULL JOIN events e ON e.user_id = u.id AND e.at = '2024-01-05'",
  "SELECT at FROM events WHERE at = '2024-01-05' UNION ALL SELECT at FROM events WHERE at = '2024-02-05' AND kind = 'b'",
  "SELECT * FROM (SELECT at, kind FROM events UNION ALL SELECT at, kind FROM events_spare) x WHERE at = '2024-01-05'",
  'SELECT * FROM metrics WHERE id IN (1, 2, 3)',
  'SELECT * FROM metrics WHERE value = 5',
  "SELECT * FROM regions WHERE code > 'n'",
  "SELECT * FROM regions WHERE code <> 's'",
  "SELECT * FROM regions WHERE code = 's' OR name = 'x'",
  'SELECT * FROM ONLY (events)',
  'INSERT INTO archive TABLE archive',
  'INSERT INTO archive (id) WITH u AS (SELECT id FROM users) SELECT id FROM u',
  'WITH u AS (SELECT id FROM users WHERE id < 3) INSERT INTO empty_table (id) SELECT id FROM u',
  "WITH s AS (SELECT date '2024-01-05' AS d) SELECT * FROM events, s WHERE at = s.d",
  "SELECT * FROM events JOIN (VALUES (date '2024-01-05')) v (d) ON at = d",
  'UPDATE orders SET ticket = DEFAULT WHERE id < 0',
  "WITH u AS (SELECT id FROM users) UPDATE keyed SET c = 'x' FROM u WHERE u.id = a",
  'WITH keyed AS (SELECT 1 AS a) DELETE FROM keyed USING keyed k WHERE keyed.a = k.a',
  'WITH x AS (UPDATE keyed SET c = c RETURNING a) DELETE FROM numbers USING x WHERE numbers.a = x.a',
  'WITH x AS (SELECT * FROM users FOR UPDATE) SELECT * FROM x',
  'INSERT INTO archive (id) SELECT id FROM rich_orders',
  'INSERT INTO archive (id) SELECT a FROM numbers WHERE a < 0',
  'INSERT INTO order_items (order_id, line) SELECT id, 77 FROM orders LIMIT 5',
  'INSERT INTO documents (id, owner_id) SELECT 900 + id, NULL FROM orgs',
  'INSERT INTO documents (id, owner_id) VALUES (900, NULL), (901, 1)',
  "INSERT INTO event_notes (id, event_id, event_at, event_kind) VALUES (900, 5, NULL, 'a')",
  "INSERT INTO side.stock (sku, amount) SELECT 's15', 1",
  'INSERT INTO orders (user_id, org_id) VALUES (1, (SELECT max(id) FROM orgs))',
  "INSERT INTO orders (user_id, note) VALUES (1, 'x') RETURNING id, (SELECT count(*) FROM numbers), order_count()",
  'INSERT INTO orders (user_id) VALUES (1) ON CONFLICT (id) DO NOTHING',
  'INSERT INTO metrics (id) SELECT a + 500 FROM numbers',
  "INSERT INTO regions SELECT 's', 'x' FROM orgs",
  "INSERT INTO regions (code) VALUES ('nn') RETURNING (SELECT count(*) FROM users)",
  'UPDATE users SET (name, old) = (SELECT o.note, o.state FROM orders o WHERE o.user_id = users.id LIMIT 1)',
  'UPDATE users u SET name = o.note FROM orders o JOIN orgs g ON g.id = o.org_id WHERE o.user_id = u.id',
  "UPDATE events SET body = 'x' FROM users u WHERE u.id = events.user_id AND events.at = '2024-01-05'",
  'UPDATE orders SET ticket = DEFAULT',
  "UPDATE orders SET ticket = nextval('tickets') WHERE id = 1",
  "UPDATE orders SET note = 'x' WHERE CURRENT OF c",
  "UPDATE order_items SET sku = 's3' WHERE order_id = 1",
  'UPDATE event_notes SET event_kind = event_kind',
  'UPDATE vehicles SET id = id + 1000 WHERE id = 11',
  'UPDATE cars SET doors = 2',
  'DELETE FROM vehicles WHERE id IN (SELECT a FROM numbers)',
  "DELETE FROM products WHERE sku = 's20' AND stock < 0",
  "DELETE FROM events_other WHERE at < '2020-01-01'",
  'DELETE FROM regions',
  'DELETE FROM metrics WHERE id = 1',
  'DELETE FROM order_items USING orders o WHERE o.id = order_id AND o.total > 50 RETURNING *',
  "MERGE INTO regions r USING (SELECT 's' AS code) s ON r.code = s.code WHEN MATCHED THEN UPDATE SET name = 'q'",
  "MERGE INTO regions r USING users u ON r.name = u.name WHEN NOT MATCHED THEN INSERT (code) VALUES ('s')",
  'MERGE INTO ONLY vehicles v USING numbers n ON v.id = n.a WHEN MATCHED THEN DELETE',
  "WITH n AS (SELECT a FROM numbers) MERGE INTO keyed k USING n ON k.a = n.a WHEN MATCHED THEN UPDATE SET c = 'x'",
  'COPY events (id, at, size) FROM PROGRAM \'printf "9100\\t2024-01-05\\t1\\n"\'',
  "COPY vehicles FROM '/dev/null'",
  "COPY (VALUES (1)) TO '/dev/null'",
  'SELECT DISTINCT ON (user_id) * FROM orders ORDER BY user_id, placed DESC LIMIT 5 OFFSET 1',
  'SELECT rank() OVER (PARTITION BY user_id ORDER BY (SELECT max(a) FROM numbers)) FROM orders',
  'SELECT ARRAY(SELECT id FROM users), ROW((SELECT count(*) FROM keyed))',
  'SELECT * FROM ROWS FROM (users_of(1), generate_series(1, 2)) AS x',
  'SELECT u.id, o.* FROM users u LEFT JOIN LATERAL (SELECT * FROM orders o WHERE o.user_id = u.id LIMIT 1) o ON true',
  'SELECT u.id, f.* FROM users u, LATERAL users_of(u.org_id) f',
  'SELECT * FROM users_of((SELECT max(id) FROM orgs))',
  'SELECT (users_of(1)).id',
  'SELECT coalesce(maybe_delete(), order_count())',
  'SELECT 1 WHERE order_count() > 0',
  "SELECT add_archive('a'), add_archive('b') FROM orgs",
  'SELECT * FROM users FOR UPDATE OF users LIMIT 0',
  'SELECT * FROM rich_orders r JOIN users u ON u.email = r.email FOR UPDATE OF r',
  'SELECT * FROM events FOR KEY SHARE',
  'SELECT * FROM side.archived FOR UPDATE',
  'TABLE event_days',
  'CREATE TABLE made AS SELECT maybe_delete()',
  'CREATE TABLE made AS TABLE rich_orders WITH NO DATA',
  'EXPLAIN (ANALYZE, COSTS OFF) UPDATE numbers SET b = 2',
  'EXPLAIN MERGE INTO numbers n USING keyed k ON n.a = k.a WHEN MATCHED THEN DELETE',
  'EXPLAIN (ANALYZE false) DELETE FROM orders',
];

const ours = `CREATE TABLE logs (id int GENERATED BY DEFAULT AS IDENTITY, at timestamp NOT NULL, org int REFERENCES orgs) PARTITION BY RANGE (at);
  CREATE TABLE logs_1 PARTITION OF logs FOR VALUES FROM ('2024-01-01') TO ('2024-02-01');
  CREATE TABLE logs_2 PARTITION OF logs FOR VALUES FROM ('2024-02-01') TO ('2024-03-01');
  CREATE FUNCTION on_leaf() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM archive; RETURN NULL; END $$;
  CREATE TRIGGER leaf_only AFTER INSERT ON logs_1 FOR EACH ROW EXECUTE FUNCTION on_leaf();
  CREATE TABLE log_notes (log_at timestamp, note text);
  INSERT INTO logs (at) VALUES ('2024-01-10'), ('2024-02-10'); ANALYZE logs`;

const views = `CREATE VIEW plus AS SELECT id, email FROM users WHERE id IN (SELECT user_id FROM orders) WITH LOCAL CHECK OPTION;
  CREATE FUNCTION take() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO archive (id) VALUES (1); RETURN NEW; END $$;
  CREATE VIEW taken AS SELECT id FROM orders;
  CREATE TRIGGER taken_in INSTEAD OF INSERT ON taken FOR EACH ROW EXECUTE FUNCTION take();
  CREATE VIEW days AS SELECT * FROM events WHERE at < '2024-02-01';
  CREATE TABLE checked_table (id int CHECK (maybe_delete() >= 0))`;

const keys = `CREATE TABLE top (id int PRIMARY KEY, code int UNIQUE);
  CREATE TABLE middle (id int PRIMARY KEY, top_id int NOT NULL REFERENCES top ON DELETE CASCADE ON UPDATE CASCADE);
  CREATE TABLE low (id int, middle_id int REFERENCES middle ON DELETE SET NULL, code int REFERENCES top (code) ON UPDATE SET NULL);
  CREATE TABLE spread (id int, top_id int REFERENCES top ON DELETE SET DEFAULT) PARTITION BY LIST (id);
  CREATE TABLE spread_1 PARTITION OF spread FOR VALUES IN (1);
  INSERT INTO top SELECT i, i FROM generate_series(1, 3) i; INSERT INTO middle VALUES (1, 1); INSERT INTO low VALUES (1, 1, 1);
  ANALYZE top, middle, low`;

export const cases: readonly Case[] = [
  ...texts.filter((sql) => !sql.includes('CURRENT OF')).map((sql) => ({ sql })),
  {
    sql: [
      'DECLARE c CURSOR FOR SELECT * FROM orders FOR UPDATE',
      'FETCH c',
      "UPDATE orders SET note = 'x' WHERE CURRENT OF c",
    ],
  },
  ...[
    "INSERT INTO logs (at, org) VALUES ('2024-01-05 10:00', 1)",
    "INSERT INTO logs (at) VALUES ('2024-02-05')",
    "UPDATE logs SET org = 1 WHERE at >= '2024-02-01 00:00'",
    'DELETE FROM logs',
    "SELECT * FROM logs WHERE at < '2024-01-31 23:59:59.5'",
    'SELECT * FROM logs l JOIN log_notes n ON n.log_at = l.at',
  ].map((sql) => ({ sql, setup: ours })),
  ...[
    "UPDATE plus SET email = 'q' || id WHERE id = -1",
    'DELETE FROM plus WHERE id = -1',
    'INSERT INTO taken VALUES (1)',
    'SELECT * FROM days',
    "UPDATE days SET size = 5 WHERE kind = 'a'",
    'INSERT INTO checked_table VALUES (1)',
  ].map((sql) => ({ sql, setup: views })),
  ...[
    'DELETE FROM top WHERE id = 2',
    'DELETE FROM top WHERE id = 3',
    'UPDATE top SET id = id + 10 WHERE id = 1',
    'UPDATE top SET code = 77 WHERE id = 1',
    'DELETE FROM middle',
    'INSERT INTO low VALUES (5, NULL, 2)',
    'INSERT INTO spread VALUES (1, 2)',
  ].map((sql) => ({ sql, setup: keys })),
];
