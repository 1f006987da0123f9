import type { Case } from '../oracle.js';

/** Partitions and children that are taken in and let go. */
export const cases: readonly Case[] = [
  { sql: "ALTER TABLE events ATTACH PARTITION events_spare FOR VALUES FROM ('2024-03-01') TO ('2024-04-01')" },
  { sql: "ALTER TABLE events ATTACH PARTITION events_proved FOR VALUES FROM ('2024-04-01') TO ('2024-05-01')" },
  {
    setup: 'ALTER TABLE events_proved ADD FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE',
    sql: "ALTER TABLE events ATTACH PARTITION events_proved FOR VALUES FROM ('2024-04-01') TO ('2024-05-01')",
  },
  {
    setup:
      'CREATE TABLE t (id bigint NOT NULL, at date NOT NULL, kind text NOT NULL, user_id bigint, body text, size int, CONSTRAINT events_size CHECK (size > 0))',
    sql: "ALTER TABLE events_2 ATTACH PARTITION t FOR VALUES IN ('zz')",
  },
  {
    setup:
      "CREATE TABLE r (a date) PARTITION BY RANGE (a); CREATE TABLE r1 (a date NOT NULL CHECK (a >= '2024-01-02' AND a < '2024-02-01')); INSERT INTO r1 VALUES ('2024-01-15')",
    sql: "ALTER TABLE r ATTACH PARTITION r1 FOR VALUES FROM ('2024-01-01') TO ('2024-03-01')",
  },
  {
    setup:
      "CREATE TABLE r (a date) PARTITION BY RANGE (a); CREATE TABLE r1 (a date CHECK (a >= '2024-01-02' AND a < '2024-02-01')); INSERT INTO r1 VALUES ('2024-01-15')",
    sql: "ALTER TABLE r ATTACH PARTITION r1 FOR VALUES FROM ('2024-01-01') TO ('2024-03-01')",
  },
  {
    setup:
      "CREATE TABLE r (a date) PARTITION BY RANGE (a); CREATE TABLE r1 (a date NOT NULL CHECK (a >= '2024-01-02' AND a <= '2024-03-01')); INSERT INTO r1 VALUES ('2024-01-15')",
    sql: "ALTER TABLE r ATTACH PARTITION r1 FOR VALUES FROM ('2024-01-01') TO ('2024-03-01')",
  },
  {
    setup:
      "CREATE TABLE r (a date) PARTITION BY RANGE (a); CREATE TABLE r1 (a date NOT NULL CHECK (a = '2024-01-15')); INSERT INTO r1 VALUES ('2024-01-15')",
    sql: "ALTER TABLE r ATTACH PARTITION r1 FOR VALUES FROM ('2024-01-01') TO (MAXVALUE)",
  },
  {
    setup:
      "CREATE TABLE r (a date) PARTITION BY RANGE (a); CREATE TABLE r1 (a date NOT NULL CHECK (a BETWEEN '2024-01-10' AND '2024-01-20')); INSERT INTO r1 VALUES ('2024-01-15')",
    sql: "ALTER TABLE r ATTACH PARTITION r1 FOR VALUES FROM (MINVALUE) TO ('2024-03-01')",
  },
  {
    setup:
      "CREATE TABLE r (a date) PARTITION BY RANGE (a); CREATE TABLE r1 (a date NOT NULL); INSERT INTO r1 VALUES ('2024-01-15')",
    sql: 'ALTER TABLE r ATTACH PARTITION r1 DEFAULT',
  },
  {
    setup:
      "CREATE TABLE r (a text) PARTITION BY LIST (a); CREATE TABLE r1 (a text NOT NULL CHECK (a IN ('x', 'y'))); INSERT INTO r1 VALUES ('x')",
    sql: "ALTER TABLE r ATTACH PARTITION r1 FOR VALUES IN ('x', 'y', 'z')",
  },
  {
    setup:
      "CREATE TABLE r (a text) PARTITION BY LIST (a); CREATE TABLE r1 (a text NOT NULL CHECK (a = 'x' OR a = 'w')); INSERT INTO r1 VALUES ('x')",
    sql: "ALTER TABLE r ATTACH PARTITION r1 FOR VALUES IN ('x', 'y', 'z')",
  },
  {
    setup:
      "CREATE TABLE r (a text) PARTITION BY LIST (a); CREATE TABLE r1 (a text CHECK (a = 'x')); INSERT INTO r1 VALUES ('x')",
    sql: "ALTER TABLE r ATTACH PARTITION r1 FOR VALUES IN ('x', NULL)",
  },
  {
    setup:
      "CREATE TABLE r (a text) PARTITION BY LIST (a); CREATE TABLE r1 (a text CHECK (a = 'x')); INSERT INTO r1 VALUES ('x')",
    sql: "ALTER TABLE r ATTACH PARTITION r1 FOR VALUES IN ('x')",
  },
  {
    setup:
      "CREATE TABLE r (a text) PARTITION BY LIST (a); CREATE TABLE r1 (a text NOT NULL); INSERT INTO r1 VALUES ('x'); CREATE TABLE rd PARTITION OF r DEFAULT; ALTER TABLE rd ADD CHECK (a = 'q'); INSERT INTO rd VALUES ('q')",
    sql: "ALTER TABLE r ATTACH PARTITION r1 FOR VALUES IN ('x')",
  },
  {
    setup:
      "CREATE TABLE r (a date) PARTITION BY RANGE (a); CREATE TABLE r1 (a date NOT NULL); INSERT INTO r1 VALUES ('2024-01-15'); CREATE TABLE rd PARTITION OF r DEFAULT; ALTER TABLE rd ADD CHECK (a < '2023-01-01' OR a >= '2025-01-01')",
    sql: "ALTER TABLE r ATTACH PARTITION r1 FOR VALUES FROM ('2024-01-01') TO ('2024-03-01')",
  },
  {
    setup:
      'CREATE TABLE r (a int, b int) PARTITION BY RANGE (a); CREATE TABLE r1 (a int, b int); CREATE TABLE rd PARTITION OF r DEFAULT PARTITION BY LIST (b); CREATE TABLE rd1 PARTITION OF rd DEFAULT',
    sql: 'ALTER TABLE r ATTACH PARTITION r1 FOR VALUES FROM (1) TO (9)',
  },
  {
    setup:
      "CREATE TABLE t (code text, name text) PARTITION BY LIST (name); CREATE TABLE t1 PARTITION OF t FOR VALUES IN ('a')",
    sql: "ALTER TABLE regions ATTACH PARTITION t FOR VALUES IN ('q')",
  },
  { setup: 'CREATE TABLE t (code text, name text)', sql: 'ALTER TABLE regions ATTACH PARTITION t DEFAULT' },
  { sql: 'ALTER TABLE no_parts ATTACH PARTITION far_things FOR VALUES FROM (1) TO (9)' },
  { setup: 'DELETE FROM event_notes', sql: 'ALTER TABLE events DETACH PARTITION events_1' },
  { sql: 'ALTER TABLE events DETACH PARTITION events_2' },
  { sql: 'ALTER TABLE events DETACH PARTITION events_other' },
  { sql: 'ALTER TABLE events_2 DETACH PARTITION events_2_a' },
  { sql: 'ALTER TABLE regions DETACH PARTITION regions_north' },
  { sql: 'ALTER TABLE regions DETACH PARTITION regions_north CONCURRENTLY' },
  { sql: 'ALTER TABLE metrics DETACH PARTITION metrics_0 CONCURRENTLY' },
  {
    setup:
      'CREATE TABLE t (a int, b int) PARTITION BY LIST (a); CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1) PARTITION BY LIST (b); CREATE TABLE t11 PARTITION OF t1 DEFAULT',
    sql: 'ALTER TABLE t DETACH PARTITION t1',
  },
  {
    setup: 'CREATE INDEX i ON ONLY regions (name); CREATE INDEX i1 ON regions_north (name)',
    sql: 'ALTER INDEX i ATTACH PARTITION i1',
  },
  { sql: 'ALTER TABLE lone_vehicle INHERIT vehicles' },
  { sql: 'ALTER TABLE cars NO INHERIT vehicles' },
  { sql: 'ALTER TABLE pickups NO INHERIT trucks' },
];
