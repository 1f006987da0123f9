import type { KeepCase } from './keep-cases.js';

const events = `CREATE TABLE events (id bigint NOT NULL, at date NOT NULL, kind text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
  CREATE TABLE events_old PARTITION OF events FOR VALUES FROM (MINVALUE) TO ('2024-01-01');
  CREATE TABLE events_new PARTITION OF events FOR VALUES FROM ('2024-01-01') TO (MAXVALUE) PARTITION BY RANGE (id);
  CREATE TABLE events_new_a PARTITION OF events_new FOR VALUES FROM (MINVALUE) TO (3);
  CREATE TABLE events_new_rest PARTITION OF events_new DEFAULT;
  CREATE FUNCTION shout() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.kind := ''!''; RETURN NEW; END';
  CREATE TRIGGER shout BEFORE INSERT OR UPDATE OF id ON events FOR EACH ROW EXECUTE FUNCTION shout();
  ALTER TABLE events DISABLE TRIGGER shout;
  INSERT INTO events VALUES (1, '2023-05-05', 'a'), (2, '2024-05-05', 'a'), (3, '2024-06-06', 'b'), (4, '2025-01-01', NULL);
  ALTER TABLE events ENABLE TRIGGER shout;
  CREATE VIEW kinds AS SELECT kind, count(*) FROM events GROUP BY kind`;

const whole = [
  'DROP VIEW kinds',
  'CREATE TABLE events_whole (LIKE events INCLUDING ALL)',
  'INSERT INTO events_whole SELECT * FROM events WHERE id <> 4',
  `UPDATE events_whole SET kind = upper(kind) WHERE id = 3`,
  'DROP TABLE events',
  'ALTER TABLE events_whole RENAME TO events',
  'CREATE VIEW kinds AS SELECT kind, count(*) FROM events GROUP BY kind',
];

const parts = 'SELECT tableoid::regclass, id, kind FROM events ORDER BY id';

/** Tables that become whole, or are divided otherwise, and go back to the parts that they had. */
export const dividedCases: readonly KeepCase[] = [
  { title: 'a partitioned table that was made whole', setup: events, up: whole },
  {
    title: 'a partitioned table that was made whole, with what the application wrote to that',
    setup: events,
    up: whole,
    writes: `INSERT INTO events VALUES (7, '2022-02-02', 'n'), (8, '2026-02-02', 'a'); UPDATE events SET kind = 'mine' WHERE id = 1;
      DELETE FROM events WHERE id = 2; UPDATE events SET at = '2020-02-02' WHERE id = 3`,
    leaves: {
      query: parts,
      gives: ['events_old 1 mine', 'events_old 3 B', 'events_new_rest 4 null', 'events_old 7 n', 'events_new_rest 8 a'],
    },
  },
  {
    title: 'a table that is divided by another key into parts of which one has the former name',
    setup: events,
    up: [
      'DROP VIEW kinds',
      'CREATE TABLE other (LIKE events) PARTITION BY LIST (kind)',
      'CREATE TABLE other_a PARTITION OF other DEFAULT',
      'INSERT INTO other SELECT * FROM events',
      'DROP TABLE events',
      'ALTER TABLE other RENAME TO events',
      'ALTER TABLE other_a RENAME TO events_old',
    ],
    writes: `INSERT INTO events VALUES (9, '2021-01-01', 'x')`,
    leaves: {
      query: parts,
      gives: ['events_old 1 a', 'events_new_a 2 a', 'events_new_rest 3 b', 'events_new_rest 4 null', 'events_old 9 x'],
    },
  },
];
