import type { Session } from '../../src/foundation/postgres/session.js';

/** Relations of every kind, with rows in them. */
export const lockSchema = `
  CREATE DOMAIN euro AS numeric CHECK (VALUE >= 0);
  CREATE TYPE mood AS ENUM ('sad', 'fine');
  CREATE SEQUENCE tickets;
  CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text UNIQUE, mood mood, old text);
  CREATE TABLE "Odd orders" (
    id bigserial PRIMARY KEY, user_id bigint CONSTRAINT owner REFERENCES users ON DELETE CASCADE,
    total euro, note text, ticket bigint DEFAULT nextval('tickets'));
  CREATE INDEX orders_user ON "Odd orders" (user_id);
  CREATE INDEX orders_note ON "Odd orders" (lower(note)) WHERE note IS NOT NULL;
  CREATE TABLE events (id bigint, at date NOT NULL, body text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
  CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2024-02-01');
  CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM ('2024-02-01') TO ('2024-03-01');
  CREATE TABLE events_other PARTITION OF events DEFAULT;
  CREATE INDEX events_body ON events (body);
  CREATE TABLE events_3 (LIKE events INCLUDING ALL);
  CREATE TABLE audit (at timestamptz DEFAULT now(), what text);
  CREATE VIEW open_orders AS SELECT o.id, o.total, u.email FROM "Odd orders" o JOIN users u ON u.id = o.user_id;
  CREATE VIEW rich AS SELECT * FROM open_orders WHERE total > 10;
  CREATE MATERIALIZED VIEW sums AS SELECT user_id, sum(total) AS total FROM "Odd orders" GROUP BY 1;
  CREATE UNIQUE INDEX sums_user ON sums (user_id);
  CREATE FUNCTION log_change() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN INSERT INTO audit (what) VALUES (TG_OP); RETURN NULL; END $$;
  CREATE TRIGGER logged AFTER INSERT OR UPDATE ON users FOR EACH ROW EXECUTE FUNCTION log_change();
  CREATE TABLE side_shop (id int, price euro);
  INSERT INTO users (email, mood, old) SELECT 'u' || i, 'fine', i::text FROM generate_series(1, 200) i;
  INSERT INTO "Odd orders" (user_id, total, note) SELECT i, i, 'n' || i FROM generate_series(1, 200) i;
  INSERT INTO events SELECT i, date '2024-01-01' + i % 50, 'e' FROM generate_series(1, 200) i;`;

/** Each a transaction of its own that is rolled back, so all meet the same schema. */
export const lockChanges: readonly (readonly string[])[] = [
  ['SELECT count(*) FROM rich'],
  ['SELECT * FROM users WHERE id = 1 FOR UPDATE'],
  ["INSERT INTO users (email) VALUES ('new')"],
  ["UPDATE users SET mood = 'sad' WHERE id < 5"],
  ['DELETE FROM users WHERE id = 7'],
  ['INSERT INTO "Odd orders" (user_id, total) SELECT 1, 3'],
  ["INSERT INTO events VALUES (900, '2024-01-05', 'x')"],
  ["UPDATE events SET at = '2024-02-05' WHERE at = '2024-01-05'"],
  ["MERGE INTO users u USING (SELECT 1 AS id) s ON u.id = s.id WHEN MATCHED THEN UPDATE SET old = 'm'"],
  ['WITH gone AS (DELETE FROM side_shop RETURNING id) INSERT INTO audit (what) SELECT id::text FROM gone'],
  ['LOCK TABLE users, side_shop IN SHARE MODE'],
  ['TRUNCATE users CASCADE'],
  ['ALTER TABLE users ADD COLUMN born date'],
  ['ALTER TABLE users ADD COLUMN made timestamptz DEFAULT pg_catalog.clock_timestamp()'],
  ['ALTER TABLE users DROP COLUMN old'],
  ['ALTER TABLE users ALTER COLUMN old TYPE int USING old::int'],
  ['ALTER TABLE users ALTER COLUMN email SET NOT NULL'],
  ['ALTER TABLE users ALTER COLUMN old SET STATISTICS 500'],
  ['ALTER TABLE "Odd orders" DROP CONSTRAINT owner'],
  [
    'ALTER TABLE "Odd orders" ADD CONSTRAINT cheap CHECK (total < 1000) NOT VALID',
    'ALTER TABLE "Odd orders" VALIDATE CONSTRAINT cheap',
  ],
  ['ALTER TABLE side_shop ADD CONSTRAINT shop_user FOREIGN KEY (id) REFERENCES "Odd orders" NOT VALID'],
  ['ALTER TABLE side_shop ADD PRIMARY KEY (id)'],
  ['ALTER TABLE "Odd orders" RENAME TO orders'],
  ['ALTER TABLE users RENAME COLUMN old TO former'],
  ['ALTER INDEX orders_user RENAME TO orders_by_user'],
  ['ALTER TABLE side_shop SET UNLOGGED'],
  ['ALTER TABLE users DISABLE TRIGGER logged'],
  ['DROP TRIGGER logged ON users'],
  ['CREATE TRIGGER seen BEFORE DELETE ON side_shop FOR EACH ROW EXECUTE FUNCTION log_change()'],
  ['CREATE INDEX users_old ON users (old)'],
  ['CREATE INDEX events_at ON events (at)'],
  ['REINDEX TABLE users'],
  ['REINDEX INDEX orders_note'],
  ['DROP INDEX orders_user', 'CREATE INDEX orders_user ON "Odd orders" (user_id, total)'],
  ['CLUSTER users USING users_pkey'],
  ['DROP TABLE side_shop'],
  ['DROP TABLE "Odd orders" CASCADE'],
  ['DROP VIEW rich'],
  ['CREATE OR REPLACE VIEW rich AS SELECT * FROM open_orders WHERE total > 20'],
  ['REFRESH MATERIALIZED VIEW sums'],
  ['REFRESH MATERIALIZED VIEW CONCURRENTLY sums'],
  ["CREATE TABLE events_4 PARTITION OF events FOR VALUES FROM ('2024-04-01') TO ('2024-05-01')"],
  ["ALTER TABLE events ATTACH PARTITION events_3 FOR VALUES FROM ('2024-03-01') TO ('2024-04-01')"],
  ['ALTER TABLE events DETACH PARTITION events_1'],
  ['DROP TABLE events_2'],
  ['ALTER TABLE events ADD COLUMN extra int', 'UPDATE events SET extra = 1'],
  ['CREATE TABLE copied AS SELECT * FROM users'],
  ['CREATE TABLE pets (id int PRIMARY KEY, owner bigint REFERENCES users)', 'INSERT INTO pets VALUES (1, 1)'],
  ['CREATE TABLE once (LIKE users INCLUDING ALL)', 'DROP TABLE once'],
  ['ALTER DOMAIN euro ADD CONSTRAINT sane CHECK (VALUE < 100000)'],
  ["ALTER TYPE mood ADD VALUE 'happy'"],
  ['ALTER SEQUENCE tickets RESTART WITH 100'],
  ["SELECT nextval('tickets')"],
  ["COMMENT ON TABLE users IS 'people'"],
  ['GRANT SELECT ON users TO PUBLIC'],
  ['ANALYZE users'],
  ["DO $$ BEGIN EXECUTE 'ALTER TABLE audit ADD COLUMN by_whom text'; PERFORM 1 FROM users; END $$"],
];

const locksOf = `SELECT relation::text AS oid, mode FROM pg_catalog.pg_locks
  WHERE locktype = 'relation' AND granted AND pid = $1 AND relation >= 16384`;

const namesOf = `SELECT c.oid::text AS oid, pg_catalog.format('%I.%I', n.nspname, c.relname) AS name
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.oid >= 16384`;

/** A second session that reads pg_locks by itself, knowing nothing of what the observer sees. */
export class Witness {
  readonly #session: Session;
  readonly #pid: number;
  readonly #names: ReadonlyMap<unknown, unknown>;

  constructor(session: Session, pid: number, names: ReadonlyMap<unknown, unknown>) {
    this.#session = session;
    this.#pid = pid;
    this.#names = names;
  }

  static async of(pid: number, session: Session): Promise<Witness> {
    const { rows } = await session.query(namesOf);
    return new Witness(session, pid, new Map(rows.map((row) => [row['oid'], row['name']])));
  }

  /** Whether a relation of this name existed when the witness arrived: earlier statements of a change may have made others. */
  knows(name: string): boolean {
    return [...this.#names.values()].includes(name);
  }

  /** Locks on the relations that existed when the witness arrived. */
  async locks(): Promise<readonly string[]> {
    const { rows } = await this.#session.query(locksOf, [this.#pid]);
    return rows
      .flatMap(({ oid, mode }) => (this.#names.has(oid) ? [`${String(this.#names.get(oid))} ${String(mode)}`] : []))
      .toSorted();
  }
}
