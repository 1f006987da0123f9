import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readSnapshot } from '../../../../src/foundation/catalog/snapshot/read-snapshot.js';
import { type Cluster, startCluster } from '../../../../src/foundation/postgres/server/cluster.js';
import { connect, type Session } from '../../../../src/foundation/postgres/session.js';
import { changedSchema } from './changed-schema.js';
import { isTriedOn } from '../../../support/tried-majors.js';

/** What other objects name is spread over the OIDs: many things stand between. */
const more = `
  CREATE TABLE between (${Array.from({ length: 3 }, (_, n) => `c${n} int UNIQUE`).join(', ')});
  CREATE SCHEMA far_away; CREATE TABLE far_away.t (id int, m mood);
  ${Array.from({ length: 20 }, (_, n) => `CREATE TABLE filler_${n} (id int PRIMARY KEY);`).join(' ')}
  CREATE VIEW over_far AS SELECT id, m FROM far_away.t; CREATE VIEW over_names AS SELECT * FROM names;
  CREATE FUNCTION takes(m mood[], u users) RETURNS euro LANGUAGE sql AS 'SELECT 1::euro';
  CREATE FUNCTION body() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM far_away.t; END;
  CREATE TYPE span AS RANGE (SUBTYPE = int);
  CREATE AGGREGATE total(int) (SFUNC = int4pl, STYPE = int);
  CREATE FUNCTION on_ddl() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
  CREATE EVENT TRIGGER watcher ON ddl_command_end EXECUTE FUNCTION on_ddl(); ALTER EVENT TRIGGER watcher DISABLE;
  CREATE PUBLICATION pub FOR TABLE far_away.t (id) WHERE (id > 1);
  CREATE TABLE notes (id int, body text);
  CREATE FUNCTION to_text(pair) RETURNS text LANGUAGE sql AS 'SELECT $1.b'; CREATE CAST (pair AS text) WITH FUNCTION to_text;`;

/** Changes that show in what they do not touch themselves. */
const changes: readonly string[] = [
  'ALTER TABLE far_away.t RENAME TO u',
  'ALTER TABLE far_away.t RENAME id TO key',
  'ALTER SCHEMA far_away RENAME TO near',
  'ALTER TYPE mood RENAME TO temper',
  'ALTER TYPE mood SET SCHEMA far_away',
  'ALTER DOMAIN euro RENAME TO dollar',
  'ALTER TYPE span_multirange RENAME TO spans',
  "COMMENT ON CAST (span AS span_multirange) IS 'x'",
  'ALTER FUNCTION on_ddl() RENAME TO after_ddl',
  'ALTER FUNCTION touch() RENAME TO touched',
  'ALTER ROLE app RENAME TO application; GRANT SELECT ON users TO application',
  "COMMENT ON AGGREGATE total(int) IS 'x'",
  "COMMENT ON SCHEMA public IS 'x'",
  'ALTER FUNCTION to_text(pair) RENAME TO pair_to_text',
  "COMMENT ON CAST (pair AS text) IS 'x'",
  'ALTER TABLE notes SET (toast.autovacuum_enabled = false)',
  'ALTER TABLE users DISABLE TRIGGER ALL',
  'ALTER INDEX events_body RENAME TO events_by_body',
  'ALTER TABLE events RENAME CONSTRAINT events_pkey TO events_key',
  'ALTER TABLE events RENAME TO happenings',
  'ALTER TABLE base RENAME id TO number',
  'ALTER SEQUENCE orders_id_seq OWNED BY NONE',
  'ALTER TABLE orders RENAME id TO key',
  'CREATE EXTENSION hstore; ALTER EXTENSION hstore ADD TABLE notes',
  'GRANT EXECUTE ON FUNCTION pg_catalog.pg_sleep(float8) TO app; REVOKE EXECUTE ON FUNCTION pg_catalog.pg_sleep(float8) FROM PUBLIC',
  'DROP SCHEMA far_away CASCADE',
  'CREATE TEMP TABLE passing (id int)',
  'CREATE SCHEMA lockkeeper_keep; ALTER TABLE notes SET SCHEMA lockkeeper_keep',
  'UPDATE users SET name = name',
];

describe.each([15, 16, 17, 18] as const)('PostgreSQL %i', (major) => {
  let cluster: Cluster;
  let session: Session;

  beforeAll(async () => {
    cluster = await startCluster({ major, serverBin: null });
    session = await connect(cluster.connection(), { applicationName: 'snapshot test' });
    await session.query(changedSchema);
    await session.query(more);
  });
  afterAll(async () => {
    await session?.[Symbol.asyncDispose]();
    await cluster?.[Symbol.asyncDispose]();
  });

  test.each(changes.filter((_, at) => isTriedOn(major, at)))(
    'following a schema finds what reading it whole finds: %s',
    async (change) => {
      const before = await readSnapshot(session, { followed: true });
      await session.query('BEGIN');
      try {
        await session.query(change);
        const followed = await readSnapshot(session, { earlier: before });
        expect(followed).toEqual(await readSnapshot(session));
        await session.query('SAVEPOINT a; CREATE TABLE gone_again (id int); DROP TABLE filler_3; ROLLBACK TO a');
        expect(await readSnapshot(session, { earlier: followed })).toEqual(followed);
      } finally {
        await session.query('ROLLBACK');
      }
      expect(await readSnapshot(session, { earlier: before })).toEqual(before);
    },
  );
});
