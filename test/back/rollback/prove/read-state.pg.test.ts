import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DatabaseState, readState } from '../../../../src/back/rollback/prove/read-state.js';
import { settle } from '../../../../src/back/rollback/prove/settle.js';
import { readLocked } from '../../../../src/foundation/integrity/locked-relations.js';
import { type Cluster, startCluster } from '../../../../src/foundation/postgres/server/cluster.js';
import { connect, type Session } from '../../../../src/foundation/postgres/session.js';
import { isTriedOn } from '../../../support/tried-majors.js';

const setup = `
  CREATE SCHEMA side;
  CREATE TYPE mood AS ENUM ('sad', 'fine');
  CREATE TABLE users (id int PRIMARY KEY, name text);
  CREATE TABLE orders (id serial PRIMARY KEY, user_id int REFERENCES users ON DELETE CASCADE, note text);
  CREATE TABLE moods (id int, mood mood);
  CREATE TABLE side.things (id int, name text);
  CREATE TABLE log (line text);
  CREATE TABLE events (id int, at date) PARTITION BY RANGE (at);
  CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
  CREATE MATERIALIZED VIEW sums AS SELECT user_id, count(*) AS many FROM orders GROUP BY user_id;
  CREATE SEQUENCE free_seq;
  CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO log VALUES (NEW.name); RETURN NEW; END';
  CREATE TRIGGER noted AFTER UPDATE ON users FOR EACH ROW EXECUTE FUNCTION note();
  INSERT INTO users SELECT i, 'n' || i FROM generate_series(1, 5) i;
  INSERT INTO orders (user_id) SELECT i FROM generate_series(1, 5) i;
  INSERT INTO moods VALUES (1, 'sad'); INSERT INTO side.things VALUES (1, 'a'); INSERT INTO events VALUES (1, '2024-05-05');
  SELECT lo_from_bytea(4711, 'large');`;

/** What one transaction may do: to rows, to what they are read by, and in parts that are taken back. */
const changes: readonly string[] = [
  `SELECT 1`,
  `UPDATE users SET name = 'x' WHERE id = 1`,
  `DELETE FROM users WHERE id = 2`,
  `INSERT INTO events VALUES (2, '2024-06-06')`,
  `TRUNCATE moods`,
  `REFRESH MATERIALIZED VIEW sums; INSERT INTO orders (user_id) VALUES (1); REFRESH MATERIALIZED VIEW sums`,
  `SELECT lo_unlink(4711)`,
  `SELECT lo_put(4711, 0, 'other')`,
  `ALTER SCHEMA side RENAME TO aside`,
  `ALTER SCHEMA side RENAME TO aside; CREATE SCHEMA side; CREATE TABLE side.things (id int, name text)`,
  `ALTER TYPE mood RENAME VALUE 'sad' TO 'blue'`,
  `ALTER TABLE users ADD COLUMN age int DEFAULT 7`,
  `ALTER TABLE orders ALTER COLUMN note TYPE varchar(20)`,
  `ALTER TABLE users RENAME TO people; CREATE TABLE users (id int PRIMARY KEY, name text)`,
  `DROP TABLE log; CREATE TABLE log (line text); INSERT INTO log VALUES ('new')`,
  `CREATE TABLE copies AS SELECT * FROM users`,
  `SELECT nextval('free_seq')`,
  `ALTER SEQUENCE orders_id_seq RESTART WITH 50`,
  `ALTER SEQUENCE free_seq RENAME TO bound_seq; SELECT setval('bound_seq', 9)`,
  `SAVEPOINT a; UPDATE users SET name = 'y'; DROP TABLE log CASCADE; ROLLBACK TO a`,
  `SAVEPOINT a; DELETE FROM log; ROLLBACK TO a; INSERT INTO log VALUES ('kept')`,
  `DO $$ BEGIN EXECUTE 'INSERT INTO side.things VALUES (2, ''b'')'; END $$`,
  `DO $$ BEGIN BEGIN INSERT INTO users VALUES (1); EXCEPTION WHEN unique_violation THEN INSERT INTO log VALUES ('dup'); END; END $$`,
];

const inOrder = ({ data, ...rest }: DatabaseState) => ({
  ...rest,
  data: data.toSorted((left, right) => (left.relation < right.relation ? -1 : 1)),
});

describe.each([15, 16, 17, 18] as const)('PostgreSQL %i', (major) => {
  let cluster: Cluster;
  let session: Session;

  beforeAll(async () => {
    cluster = await startCluster({ major, serverBin: null });
    session = await connect(cluster.connection(), { applicationName: 'state test' });
    await session.query(setup);
  });
  afterAll(async () => {
    await session?.[Symbol.asyncDispose]();
    await cluster?.[Symbol.asyncDispose]();
  });

  test.each(changes.filter((_, at) => isTriedOn(major, at)))(
    'what changed since BEGIN is all that changed: %s',
    async (change) => {
      const before = await readState(session);
      await session.query('BEGIN');
      try {
        await session.query(change);
        const after = await readState(session, { earlier: before, sinceBegin: true });
        const whole = await readState(session);
        expect(inOrder(after)).toEqual(inOrder(whole));
        const compared = await readState(session, { earlier: before, sinceBegin: true, comparedWith: before });
        const { data } = await readState(session, { comparedWith: before });
        expect(compared.data).toEqual(data);
      } finally {
        await session.query('ROLLBACK');
      }
    },
  );

  test('a committed state has what sequences gave out behind a savepoint', async () => {
    const before = await readState(session);
    await session.query('BEGIN; INSERT INTO log VALUES (1)');
    const after = await readState(session, { earlier: before, sinceBegin: true });
    await session.query(`SAVEPOINT a; SELECT nextval('free_seq'); ROLLBACK TO a`);
    const locked = await readLocked(session);
    await session.query('COMMIT');
    const left = await settle(session, after, locked?.sequences ?? null);
    expect(inOrder(left)).toEqual(inOrder(await readState(session)));
  });
});
