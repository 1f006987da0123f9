import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Cluster } from '../../../src/foundation/postgres/server/cluster.js';
import type { ConnectionTarget } from '../../../src/foundation/postgres/connection-target.js';
import { queryMessage } from '../../../src/foundation/tap/messages.js';
import { RawClient, say } from './raw-client.js';
import { makeDatabase, openTapLab, startLabCluster, type TapLab } from './tap-lab.js';

/** A turn: what the client sends, and the message of the server (and how many of them) that ends its answer. */
type Turn = readonly [message: Buffer, ends?: string, count?: number];

const q = (sql: string): Turn => [say.query(sql)];
const sync = (...messages: readonly Buffer[]): Turn => [Buffer.concat([...messages, say.sync()])];

const setup = `CREATE TABLE t (id int PRIMARY KEY, word text);
INSERT INTO t SELECT n, 'w' || n FROM generate_series(1, 5) n;
CREATE TABLE parent (id int PRIMARY KEY);
CREATE TABLE child (id int REFERENCES parent DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE parts (id int PRIMARY KEY) PARTITION BY RANGE (id);
CREATE TABLE part_one PARTITION OF parts FOR VALUES FROM (0) TO (10);
CREATE PROCEDURE commits() LANGUAGE plpgsql AS $$ BEGIN INSERT INTO t VALUES (100, 'p'); COMMIT; INSERT INTO t VALUES (101, 'p'); END $$;
CREATE FUNCTION speaks() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE 'at commit: %', NEW.id; RETURN NULL; END $$;
CREATE TABLE loud (id int);
CREATE CONSTRAINT TRIGGER loud AFTER INSERT ON loud DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION speaks();`;

const simple: Readonly<Record<string, readonly Turn[]>> = {
  'a select, an empty query, a comment': [q('SELECT * FROM t ORDER BY id'), q(''), q(' -- nothing\n;'), q(';;')],
  'DDL and its notice': [
    q('CREATE TABLE IF NOT EXISTS t (id int)'),
    q('DROP TABLE IF EXISTS nowhere'),
    q('CREATE INDEX ON t (word)'),
  ],
  'an error with a position': [q('SELECT 1;\n  SELECT * FROM "nö", missing'), q('SELECT 1/0'), q('SELECT 1')],
  'a syntax error in the middle': [q('INSERT INTO t VALUES (9); SELEC 1'), q('SELECT count(*) FROM t')],
  'several statements, one transaction': [
    q("INSERT INTO t VALUES (6, 'ä;''; --'); SELECT 'ü'; SELECT nothing"),
    q('SELECT count(*) FROM t'),
    q("INSERT INTO t VALUES (6, 'six'); SELECT count(*) FROM t"),
  ],
  'a block over several messages': [q('BEGIN'), q('INSERT INTO t VALUES (7)'), q('SELECT 1; SELECT 2'), q('COMMIT')],
  'a failing block': [q('BEGIN'), q('SELECT 1; SELECT bad; SELECT 2'), q('SELECT 1'), q('SAVEPOINT a'), q('COMMIT')],
  'a block in one message': [
    q('BEGIN; INSERT INTO t VALUES (8); COMMIT;'),
    q('BEGIN; INSERT INTO t VALUES (8); SELECT 5; COMMIT;'),
    q('SELECT 1'),
    q('ROLLBACK'),
  ],
  'control behind statements': [
    q("INSERT INTO t VALUES (9, 'a'); BEGIN; INSERT INTO t VALUES (10, 'b')"),
    q('ROLLBACK'),
    q("INSERT INTO t VALUES (9, 'a'); COMMIT; INSERT INTO t VALUES (10, 'b'); SELECT bad"),
    q('SELECT id FROM t WHERE id > 8 ORDER BY id'),
    q("INSERT INTO t VALUES (11, 'a'); ROLLBACK; INSERT INTO t VALUES (12, 'b')"),
    q('SELECT id FROM t WHERE id > 8 ORDER BY id'),
    q("INSERT INTO t VALUES (13, 'a'); SAVEPOINT s; INSERT INTO t VALUES (14, 'b')"),
    q('SELECT id FROM t WHERE id > 8 ORDER BY id'),
    q('SELECT 1; BEGIN ISOLATION LEVEL SERIALIZABLE; SHOW transaction_isolation; COMMIT'),
    q('SET LOCAL work_mem = 100; BEGIN; SHOW work_mem; COMMIT; SHOW work_mem'),
  ],
  'savepoints and chains': [
    q('BEGIN; SAVEPOINT a; SELECT 1'),
    q('SELECT bad'),
    q('ROLLBACK TO a'),
    q('RELEASE a'),
    q('COMMIT AND CHAIN'),
    q('ROLLBACK AND CHAIN'),
    q('END'),
    q('COMMIT'),
  ],
  'two-phase commit': [q('BEGIN; INSERT INTO t VALUES (20)'), q("PREPARE TRANSACTION 'x'"), q("COMMIT PREPARED 'x'")],
  'warnings outside a block': [
    q('COMMIT'),
    q('ROLLBACK'),
    q('BEGIN'),
    q('BEGIN'),
    q('ABORT'),
    q('SET LOCAL work_mem = 100'),
    q('SET TRANSACTION READ ONLY'),
    q('SET CONSTRAINTS ALL DEFERRED'),
  ],
  'what needs a block': [
    q('LOCK TABLE t'),
    q('DECLARE c CURSOR FOR SELECT 1'),
    q('SAVEPOINT s'),
    q('LOCK TABLE t; SELECT 1'),
  ],
  cursors: [q('DECLARE c CURSOR WITH HOLD FOR SELECT * FROM t'), q('FETCH 2 FROM c'), q('CLOSE c')],
  'what refuses a block': [
    q('VACUUM t'),
    q('CREATE INDEX CONCURRENTLY later ON t (word)'),
    q('SELECT 1; VACUUM t'),
    q('BEGIN'),
    q('VACUUM t'),
    q('ROLLBACK'),
    q('CREATE INDEX ON parts (id)'),
    q('REINDEX TABLE parts'),
    q('DROP INDEX CONCURRENTLY later'),
  ],
  'code that commits': [
    q('CALL commits()'),
    q('SELECT count(*) FROM t WHERE id > 99'),
    q("DO $$ BEGIN INSERT INTO t VALUES (102, 'd'); COMMIT; END $$"),
    q('DO $$ BEGIN DELETE FROM t WHERE id > 99; CALL commits(); END $$'),
    q('SELECT 1; CALL commits()'),
    q('SELECT id FROM t WHERE id > 99 ORDER BY id'),
  ],
  'a failing commit': [
    q('INSERT INTO child VALUES (1)'),
    q('SELECT 1; INSERT INTO child VALUES (1)'),
    q('BEGIN; INSERT INTO child VALUES (1)'),
    q('COMMIT'),
  ],
  'what triggers say at commit': [q('INSERT INTO loud VALUES (1)'), q('SELECT 1; INSERT INTO loud VALUES (2)')],
  settings: [
    q("SET application_name = 'x'"),
    q("SELECT set_config('application_name', 'y', false)"),
    q("SET client_encoding = 'LATIN1'"),
    [queryMessage(Buffer.from("SELECT 'ä',  x", 'latin1'))],
    [queryMessage(Buffer.from("SELECT 'ä'; SELECT 'ö', x", 'latin1'))],
    q('SELECT 1; SELECT bad'),
    q('RESET client_encoding'),
    q('BEGIN'),
    q("SET datestyle = 'german'"),
    q('SELECT bad'),
    q('ROLLBACK'),
    q('BEGIN; SET lock_timeout = 100; SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; SHOW transaction_isolation'),
    q('COMMIT'),
  ],
  'notifications to oneself': [
    q('LISTEN ch'),
    q("NOTIFY ch, 'a'"),
    q("BEGIN; NOTIFY ch, 'b'; COMMIT"),
    q("SELECT pg_notify('ch', 'c'); SELECT 1"),
  ],
  'COPY in': [
    [say.query('COPY t FROM STDIN'), 'G'],
    [Buffer.concat([say.copyData('30\ta\n31\t'), say.copyData('b\n'), say.copyDone()])],
    [say.query('COPY t FROM STDIN'), 'G'],
    [Buffer.concat([say.copyData('no number\n'), say.copyData('33\tx\n'), say.copyDone()])],
    [say.query('COPY t FROM STDIN'), 'G'],
    [Buffer.concat([say.copyData('34\tx\n'), say.copyFail('enough')])],
    [say.query("SELECT 1; COPY t FROM STDIN; SELECT 'after'"), 'G'],
    [Buffer.concat([say.copyData('35\tx\n'), say.copyDone()])],
    q('SELECT id FROM t WHERE id >= 30 ORDER BY id'),
  ],
  'COPY out': [
    q('COPY (SELECT * FROM t ORDER BY id) TO STDOUT'),
    q('COPY (SELECT 1) TO STDOUT; SELECT 2'),
    q('COPY nowhere TO STDOUT'),
  ],
  'rules and bodies with semicolons': [
    q('CREATE RULE r AS ON DELETE TO loud DO ALSO (SELECT 1; SELECT 2); SELECT 1'),
    q('CREATE FUNCTION one() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END; SELECT one()'),
    q('CREATE FUNCTION two() RETURNS int LANGUAGE sql AS $x$ SELECT 1; SELECT 2; $x$; SELECT two()'),
    q('DELETE FROM loud'),
  ],
};

const extended: Readonly<Record<string, readonly Turn[]>> = {
  'one statement': [
    sync(say.run('SELECT * FROM t WHERE id = $1', ['1'])),
    sync(say.run('INSERT INTO t VALUES (40)')),
    sync(),
  ],
  'errors at each step': [
    sync(say.parse('SELEC 1'), say.bind(), say.execute()),
    sync(say.run('SELECT * FROM missing')),
    sync(say.run('SELECT $1::int', ['x'])),
    sync(say.run('SELECT 1/$1::int', ['0'])),
    sync(say.bind([], { name: 'unknown' }), say.execute()),
    sync(say.execute({ portal: 'unknown' })),
    sync(say.parse('SELECT 1; SELECT 2')),
    sync(say.run('SELECT 1')),
  ],
  'prepared statements': [
    sync(say.parse('SELECT word FROM t WHERE id = $1', 'p1'), say.describe('S', 'p1')),
    sync(
      say.bind(['2'], { name: 'p1' }),
      say.execute(),
      say.bind(['3'], { name: 'p1', portal: 'x' }),
      say.execute({ portal: 'x' }),
    ),
    sync(say.parse('SELECT 1', 'p1')),
    sync(say.close('S', 'p1'), say.close('P', 'x')),
    sync(say.bind(['2'], { name: 'p1' })),
  ],
  'a pipeline': [
    sync(say.run('INSERT INTO t VALUES (41)'), say.run('INSERT INTO t VALUES (42)'), say.run('SELECT count(*) FROM t')),
    sync(say.run('INSERT INTO t VALUES (43)'), say.run('SELECT 1/0'), say.run('INSERT INTO t VALUES (44)')),
    [
      Buffer.concat([
        say.run('SELECT 1'),
        say.sync(),
        say.run('SELECT bad'),
        say.sync(),
        say.run('SELECT 3'),
        say.sync(),
      ]),
      'Z',
      3,
    ],
    sync(say.run('SELECT id FROM t WHERE id > 40 ORDER BY id')),
  ],
  'a block in a pipeline': [
    sync(say.run('BEGIN'), say.run('INSERT INTO t VALUES (45)'), say.run('COMMIT'), say.run('SELECT 1')),
    sync(say.run('BEGIN'), say.run('SELECT 1/0'), say.run('COMMIT')),
    sync(say.run('SELECT 1')),
    sync(say.run('ROLLBACK')),
    sync(say.run('INSERT INTO t VALUES (46)'), say.run('BEGIN'), say.run('SELECT 2')),
    sync(say.run('COMMIT')),
    sync(say.run('INSERT INTO t VALUES (47)'), say.run('ROLLBACK'), say.run('SELECT count(*) FROM t')),
    sync(say.run('COMMIT')),
    sync(say.run('SAVEPOINT s')),
  ],
  'what refuses a block': [
    sync(say.run('VACUUM t')),
    sync(say.run('CREATE INDEX CONCURRENTLY ext ON t (word)')),
    sync(say.run('SELECT 1'), say.run('VACUUM t')),
    sync(say.run('VACUUM t'), say.run('SELECT 1')),
    sync(say.run('CALL commits()')),
    sync(say.run('LOCK TABLE t')),
    sync(say.run('SET LOCAL work_mem = 100')),
    sync(say.run('REINDEX TABLE parts')),
  ],
  'a failing commit': [
    sync(say.run('INSERT INTO child VALUES (1)')),
    sync(say.run('BEGIN'), say.run('INSERT INTO child VALUES (1)'), say.run('COMMIT')),
    sync(say.run('INSERT INTO loud VALUES (1)')),
    sync(say.run('SELECT 1')),
  ],
  'portals in parts': [
    sync(
      say.parse('SELECT n FROM generate_series(1, 5) n'),
      say.bind(),
      say.execute({ rows: 2 }),
      say.execute({ rows: 2 }),
      say.execute(),
    ),
    sync(say.run('')),
    sync(say.parse('SELECT 1'), say.describe('S'), say.close('S'), say.bind()),
  ],
  flush: [
    [Buffer.concat([say.parse('SELECT 1'), say.flush()]), '1'],
    [Buffer.concat([say.bind(), say.execute(), say.flush()]), 'C'],
    sync(),
  ],
  'both protocols': [
    [Buffer.concat([say.run('INSERT INTO t VALUES (48)'), say.query('SELECT 1')])],
    q('BEGIN'),
    sync(say.run('SELECT 2')),
    q('SELECT bad'),
    sync(say.run('SELECT 2')),
    q('ROLLBACK'),
    sync(say.run('SET search_path = public')),
  ],
  'COPY in': [
    [Buffer.concat([say.run('COPY t FROM STDIN'), say.sync()]), 'G'],
    [Buffer.concat([say.copyData('50\ta\n'), say.copyDone(), say.sync()])],
    [Buffer.concat([say.run('COPY t FROM STDIN'), say.flush()]), 'G'],
    [Buffer.concat([say.copyData('51\ta\n'), say.copyFail('no'), say.sync()])],
    sync(say.run('COPY (SELECT * FROM t ORDER BY id) TO STDOUT')),
  ],
};

let cluster: Cluster;
let direct: ConnectionTarget;
let lab: TapLab;

beforeAll(async () => {
  cluster = await startLabCluster();
  direct = await makeDatabase(cluster, setup);
  lab = await openTapLab(await makeDatabase(cluster, setup));
});

afterAll(async () => {
  await lab?.[Symbol.asyncDispose]();
  await cluster?.[Symbol.asyncDispose]();
});

/** What one client hears, turn by turn. */
async function transcript(target: ConnectionTarget, turns: readonly Turn[]): Promise<readonly (readonly string[])[]> {
  const client = await RawClient.open(target);
  const heard: (readonly string[])[] = [];
  for (const [message, ends = 'Z', count = 1] of turns) {
    client.send(message);
    heard.push(await client.until(ends, count));
  }
  client.destroy();
  return heard;
}

describe.each(Object.entries({ simple, extended }))('through the tap, byte for byte: %s', (_protocol, corpus) => {
  test.each(Object.entries(corpus))('%s', async (_, turns) => {
    const expected = await transcript(direct, turns);
    expect(await transcript(lab.target, turns)).toEqual(expected);
    expect(lab.sessions.filter((session) => session.error !== null)).toEqual([]);
  });
});
