import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { peekAt } from '../../../src/foundation/observers/peek.js';
import { nothingObserved } from '../../../src/foundation/observers/observe-session.js';
import type { Cluster } from '../../../src/foundation/postgres/server/cluster.js';
import type { ConnectionTarget } from '../../../src/foundation/postgres/connection-target.js';
import { RawClient, say } from './raw-client.js';
import { makeDatabase, openTapLab, startLabCluster, type TapLab } from './tap-lab.js';

let cluster: Cluster;
let database: ConnectionTarget;
let lab: TapLab;
let client: RawClient;

beforeAll(async () => {
  cluster = await startLabCluster();
  database = await makeDatabase(
    cluster,
    `CREATE TABLE a (id int PRIMARY KEY, v text); INSERT INTO a VALUES (1, 'x');
     CREATE TABLE deferred (id int REFERENCES a DEFERRABLE INITIALLY DEFERRED);
     CREATE TABLE parts (id int) PARTITION BY RANGE (id);
     CREATE PROCEDURE nothing() LANGUAGE sql AS 'SELECT 1';`,
  );
});

afterAll(async () => cluster?.[Symbol.asyncDispose]());

beforeEach(async () => {
  lab = await openTapLab(database);
  client = await RawClient.open(lab.target);
  return async () => {
    client.destroy();
    await lab[Symbol.asyncDispose]();
  };
});

async function ask(...messages: readonly Buffer[]): Promise<readonly string[]> {
  client.send(...messages);
  return client.until('Z');
}

const outcomes = () => lab.transactions.map((end) => end.outcome);
const told = () => lab.statements.map((s) => [s.sql, s.error?.code ?? 'ok'] as const);

/** Statement, its locks as the session itself sees them; which must be what a second session sees. */
function heldLocks(): Readonly<Record<string, readonly string[]>> {
  for (const look of lab.seen) if (look.inside !== null) expect(look.inside, look.sql).toEqual(look.outside);
  return Object.fromEntries(lab.seen.map((look) => [look.sql, look.inside ?? ['no look']]));
}

const accessExclusive = expect.arrayContaining(['a AccessExclusiveLock']);

describe('locks can be read before they go', () => {
  test('after a single simple query, in a block of the tap’s own', async () => {
    expect(await ask(say.query('ALTER TABLE a ADD COLUMN one int;'))).toEqual(['C ALTER TABLE·', 'Z I']);
    expect(heldLocks()).toEqual({ 'ALTER TABLE a ADD COLUMN one int': accessExclusive });
    expect(lab.statements[0]).toMatchObject({ inTransaction: true, via: 'simple', error: null, sessionNumber: 1 });
    expect(outcomes()).toEqual(['committed']);
  });

  test('after each of several statements in one query', async () => {
    await ask(say.query("LOCK TABLE a IN SHARE MODE; UPDATE a SET v = 'y'; SELECT 1"));
    expect(heldLocks()).toEqual({
      'LOCK TABLE a IN SHARE MODE': ['a ShareLock'],
      "UPDATE a SET v = 'y'": expect.arrayContaining(['a RowExclusiveLock', 'a ShareLock']),
      'SELECT 1': expect.arrayContaining(['a RowExclusiveLock']),
    });
    expect(lab.statements.map((s) => s.rowCount)).toEqual([null, 1, 1]);
    expect(outcomes()).toEqual(['committed']);
  });

  test('after an Execute, before the Sync that commits', async () => {
    await ask(say.run('ALTER TABLE a ADD COLUMN two int'), say.sync());
    expect(heldLocks()).toEqual({ 'ALTER TABLE a ADD COLUMN two int': accessExclusive });
    expect(lab.statements[0]).toMatchObject({ inTransaction: true, via: 'extended' });
    expect(outcomes()).toEqual(['committed']);
  });

  test('after each Execute of a pipeline', async () => {
    await ask(say.run('SELECT FROM a'), say.run('ALTER TABLE a ADD COLUMN three int'), say.sync());
    expect(heldLocks()).toEqual({
      'SELECT FROM a': expect.arrayContaining(['a AccessShareLock']),
      'ALTER TABLE a ADD COLUMN three int': accessExclusive,
    });
    expect(outcomes()).toEqual(['committed']);
  });

  test('in a block of the client’s, in both protocols', async () => {
    await ask(say.query('BEGIN'));
    await ask(say.query('SELECT 1 FROM a'));
    await ask(say.run('ALTER TABLE a ADD COLUMN four int'), say.sync());
    expect(outcomes()).toEqual([]);
    await ask(say.query('ROLLBACK'));
    expect(heldLocks()).toMatchObject({ 'ALTER TABLE a ADD COLUMN four int': accessExclusive });
    expect(lab.statements.map((s) => s.controlsTransaction)).toEqual([true, false, false, true]);
    expect(outcomes()).toEqual(['rolled-back']);
  });

  test('not where the statement commits itself: then it runs outside of any block', async () => {
    await ask(say.query('CREATE INDEX CONCURRENTLY i ON a (v)'));
    await ask(say.run('DROP INDEX CONCURRENTLY i'), say.sync());
    await ask(say.query('REINDEX TABLE parts'));
    await ask(say.query('CALL nothing()'));
    expect(lab.statements.map((s) => [s.inTransaction, s.transactionBlock, s.error])).toEqual([
      [false, 'refused', null],
      [false, 'refused', null],
      [false, 'refused', null],
      [false, 'allowed', null],
    ]);
    expect(lab.seen.at(-1)?.inside).toBeNull();
    expect(outcomes()).toEqual(['committed', 'committed', 'committed', 'committed']);
  });

  test('a look of the real observers works in both protocols', async () => {
    const locks: unknown[] = [];
    await using own = await openTapLab(database, async (session) => ({
      before: async () => undefined,
      after: async () => {
        locks.push((await peekAt(session))?.relations.map((relation) => relation.name));
        return nothingObserved;
      },
      transactionEnded: async () => undefined,
    }));
    const other = await RawClient.open(own.target);
    for (const message of [
      say.query('LOCK TABLE a; SELECT 1'),
      Buffer.concat([say.run('TRUNCATE a CASCADE'), say.sync()]),
    ]) {
      other.send(message);
      await other.until('Z');
    }
    other.destroy();
    expect(locks).toMatchObject([['public.a'], ['public.a'], expect.arrayContaining(['public.a', 'public.deferred'])]);
  });
});

describe('errors', () => {
  test('keep their place: in the client’s text for the client, in the statement for the report', async () => {
    const answer = await ask(say.query('-- ä\nSELECT 1;\n  SELECT missing'));
    expect(answer.find((line) => line.startsWith('E'))).toContain('P:25');
    await ask(say.query('  SELECT missing'));
    expect(lab.statements.map((s) => s.error?.position ?? null)).toEqual([null, 8, 8]);
    expect(outcomes()).toEqual(['rolled-back', 'rolled-back']);
  });

  test('of Parse, Bind and Execute are told once each, with their statement', async () => {
    await ask(say.run('SELEC 1'), say.sync());
    await ask(say.run('SELECT $1::int', ['x']), say.sync());
    await ask(say.run('SELECT 1'), say.run('SELECT 1/0'), say.run('SELECT 2'), say.sync());
    expect(told()).toEqual([
      ['SELEC 1', '42601'],
      ['SELECT $1::int', '22P02'],
      ['SELECT 1', 'ok'],
      ['SELECT 1/0', '22012'],
    ]);
    expect(outcomes()).toEqual(['rolled-back', 'rolled-back', 'rolled-back']);
  });

  test('at commit belong to the last statement', async () => {
    const insert = 'INSERT INTO deferred VALUES (404)';
    await ask(say.query(insert));
    await ask(say.query(`SELECT 1; ${insert}`));
    await ask(say.run(insert), say.sync());
    await ask(say.query(`BEGIN; ${insert}; COMMIT`));
    expect(told()).toEqual([
      [insert, '23503'],
      ['SELECT 1', 'ok'],
      [insert, '23503'],
      [insert, '23503'],
      ['BEGIN', 'ok'],
      [insert, 'ok'],
      ['COMMIT', '23503'],
    ]);
    expect(outcomes()).toEqual(['rolled-back', 'rolled-back', 'rolled-back', 'rolled-back']);
  });

  test('in a block leave it failed, and no look is tried', async () => {
    await ask(say.query('BEGIN'));
    await ask(say.query('SELECT bad'));
    await ask(say.query('SELECT 1'));
    await ask(say.run('SELECT 1'), say.sync());
    await ask(say.query('COMMIT'));
    expect(told().map(([, code]) => code)).toEqual(['ok', '42703', '25P02', '25P02', 'ok']);
    expect(lab.seen.map((look) => look.inside)).toEqual([null, null, null]);
    expect(outcomes()).toEqual(['rolled-back']);
  });
});

describe('what is told', () => {
  test('notices belong to their statement', async () => {
    await ask(say.query('SELECT 1; DROP TABLE IF EXISTS nowhere'));
    expect(lab.statements.map((s) => s.notices)).toEqual([
      [],
      [{ severity: 'NOTICE', code: '00000', message: 'table "nowhere" does not exist, skipping' }],
    ]);
  });

  test('a setting takes no snapshot: SET TRANSACTION may follow it', async () => {
    await ask(say.query('BEGIN'));
    await ask(say.query('SET LOCAL lock_timeout = 1000'));
    await ask(say.query('SET TRANSACTION ISOLATION LEVEL SERIALIZABLE'));
    await ask(say.run('SHOW transaction_isolation'), say.sync());
    await ask(say.query('COMMIT'));
    expect(told().map(([, code]) => code)).toEqual(['ok', 'ok', 'ok', 'ok', 'ok']);
  });

  test('a transaction that its client leaves open is rolled back', async () => {
    await ask(say.query('BEGIN; LOCK TABLE a'));
    client.destroy();
    await expect.poll(() => lab.sessions).toMatchObject([{ sessionNumber: 1, cause: 'client-left', error: null }]);
    expect(outcomes()).toEqual(['rolled-back']);
  });

  test('times are in order, and the answer waits for the observers', async () => {
    let release: () => void = () => undefined;
    const looked = new Promise<void>((resolve) => {
      release = resolve;
    });
    await using slow = await openTapLab(database, async () => ({
      before: async () => undefined,
      after: async () => {
        await looked;
        return nothingObserved;
      },
      transactionEnded: async () => undefined,
    }));
    const other = await RawClient.open(slow.target);
    other.send(say.run('SELECT 1'), say.sync());
    expect(await other.until('D')).toHaveLength(4);
    const completion = other.until('Z');
    const early = await Promise.race([completion, new Promise((resolve) => setTimeout(resolve, 60, 'still waiting'))]);
    expect(early).toBe('still waiting');
    release();
    expect(await completion).toEqual(['C SELECT 1·', 'Z I']);
    other.destroy();
    const [statement] = slow.statements;
    const [end] = slow.transactions;
    expect((statement?.endedAt ?? 0) - (statement?.startedAt ?? 0)).toBeGreaterThan(0);
    expect((end?.startedAt ?? 0) - (statement?.endedAt ?? 0)).toBeGreaterThan(50);
  });
});
