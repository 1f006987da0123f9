import { once } from 'node:events';
import { connect as openSocket } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { nothingObserved } from '../../../src/foundation/observers/observe-session.js';
import type { ConnectionTarget } from '../../../src/foundation/postgres/connection-target.js';
import type { Cluster } from '../../../src/foundation/postgres/server/cluster.js';
import { connect, type Session } from '../../../src/foundation/postgres/session.js';
import { RawClient, say } from './raw-client.js';
import { makeDatabase, openTapLab, startLabCluster, type TapLab } from './tap-lab.js';

let cluster: Cluster;
let database: ConnectionTarget;
let admin: Session;
let lab: TapLab;

beforeAll(async () => {
  cluster = await startLabCluster();
  database = await makeDatabase(cluster, 'CREATE TABLE a (id int)');
  admin = await connect(database, { applicationName: 'test admin' });
});

afterAll(async () => {
  await admin?.[Symbol.asyncDispose]();
  await cluster?.[Symbol.asyncDispose]();
});

beforeEach(async () => {
  lab = await openTapLab(database);
  return () => lab[Symbol.asyncDispose]();
});

async function cancel(target: ConnectionTarget, client: RawClient): Promise<void> {
  const socket = openSocket(target.port, target.host);
  const packet = Buffer.alloc(16);
  [16, 80877102, client.pid, client.key].forEach((word, index) => packet.writeInt32BE(word, index * 4));
  socket.end(packet);
  socket.resume();
  await once(socket, 'close');
}

async function activity(pid: number): Promise<string> {
  const { rows } = await admin.query(
    "SELECT concat_ws(' ', state, wait_event) AS doing FROM pg_stat_activity WHERE pid = $1",
    [pid],
  );
  return rows[0] === undefined ? 'gone' : (rows[0]['doing'] as string);
}

describe('a client is let in', () => {
  test('with the password, under the user of the target, declining encryption first', async () => {
    const socket = openSocket(lab.tap.port, lab.tap.host);
    socket.write(Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]));
    expect(String((await once(socket, 'data'))[0])).toBe('N');
    socket.write(Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x30]));
    expect(String((await once(socket, 'data'))[0])).toBe('N');
    socket.destroy();
    await using session = await connect(lab.target, { applicationName: 'test' });
    const { rows } = await session.query('SELECT current_user AS name, current_database() AS database');
    expect(rows).toEqual([{ name: database.user, database: database.database }]);
  });

  test('not with another password, and not to a database that is not there', async () => {
    await expect(RawClient.open({ ...lab.target, password: 'guess' })).rejects.toThrow('28P01');
    await expect(RawClient.open({ ...lab.target, database: 'nowhere' })).rejects.toThrow('3D000');
    expect(lab.statements).toEqual([]);
    await expect.poll(() => lab.sessions).toMatchObject([{ cause: 'server-left', error: expect.any(Error) }]);
  });

  test('not when the server cannot be reached: the client is told', async () => {
    await using own = await openTapLab(database, undefined, { upstream: { ...database, port: 1 } });
    await expect(RawClient.open(own.target)).rejects.toThrow('08006');
    await expect.poll(() => own.sessions).toMatchObject([{ cause: 'server-left' }]);
  });

  test('several at a time, one waiting for the other', async () => {
    const first = await RawClient.open(lab.target);
    const second = await RawClient.open(lab.target);
    first.send(say.query('BEGIN; LOCK TABLE a'));
    await first.until('Z');
    second.send(say.run('INSERT INTO a VALUES (1)'), say.sync());
    await expect.poll(() => activity(second.pid)).toBe('active relation');
    first.send(say.query('COMMIT'));
    await first.until('Z');
    await second.until('Z');
    expect(lab.statements.map((s) => [s.sessionNumber, s.sql])).toEqual([
      [1, 'BEGIN'],
      [1, 'LOCK TABLE a'],
      [1, 'COMMIT'],
      [2, 'INSERT INTO a VALUES (1)'],
    ]);
    first.destroy();
    second.destroy();
  });
});

describe('cancelling', () => {
  test('reaches the statement', async () => {
    const client = await RawClient.open(lab.target);
    client.send(say.query('SELECT pg_sleep(20)'));
    await expect.poll(() => activity(client.pid)).toBe('active PgSleep');
    await cancel(lab.target, client);
    expect(await client.until('Z')).toEqual([expect.stringContaining('T '), expect.stringContaining('57014'), 'Z I']);
    expect(lab.statements).toMatchObject([{ error: { code: '57014' } }]);
    client.destroy();
  });

  test.each([
    ['simple', say.query('INSERT INTO a VALUES (2)'), 'C:57014'],
    ['extended', Buffer.concat([say.run('INSERT INTO a VALUES (2)'), say.sync()]), 'C:57014'],
  ])('that comes late hits the statement all the same: %s', async (_, message, code) => {
    await using slow = await openTapLab(database, async (session) => ({
      before: async () => undefined,
      after: async () => {
        expect(await session.peek('SELECT pg_sleep(20)')).toBeNull();
        return nothingObserved;
      },
      transactionEnded: async () => undefined,
    }));
    const client = await RawClient.open(slow.target);
    client.send(message);
    await expect.poll(() => activity(client.pid)).toBe('active PgSleep');
    await cancel(slow.target, client);
    const answer = await client.until('Z');
    expect(answer.at(-2)).toContain(code);
    expect(answer.at(-1)).toBe('Z I');
    expect((await admin.query('SELECT id FROM a WHERE id = 2')).rows).toEqual([]);
    expect(slow.statements).toMatchObject([{ error: { code: '57014' } }]);
    expect(slow.transactions).toMatchObject([{ outcome: 'rolled-back' }]);
    client.destroy();
  });
});

describe('the end', () => {
  test('of an idle backend ends its client, and is told', async () => {
    const client = await RawClient.open(lab.target);
    await admin.query('SELECT pg_terminate_backend($1)', [client.pid]);
    expect(await client.until('Z')).toEqual([expect.stringContaining('57P01'), 'closed']);
    await expect.poll(() => lab.sessions).toMatchObject([{ cause: 'server-left' }]);
  });

  test.each([
    ['simple', say.query('SELECT pg_terminate_backend(pg_backend_pid())')],
    ['extended', Buffer.concat([say.run('SELECT pg_terminate_backend(pg_backend_pid())'), say.sync()])],
    ['several', say.query('SELECT 1; SELECT pg_terminate_backend(pg_backend_pid()); SELECT 2')],
  ])('of a backend in the middle of a statement is an error of that statement: %s', async (_, message) => {
    const client = await RawClient.open(lab.target);
    client.send(message);
    expect((await client.until('Z')).slice(-2)).toEqual([expect.stringContaining('57P01'), 'closed']);
    await expect.poll(() => lab.sessions).toMatchObject([{ cause: 'server-left' }]);
    expect(lab.statements.at(-1)).toMatchObject({ error: { code: '57P01' } });
    expect(lab.transactions).toMatchObject([{ outcome: 'rolled-back' }]);
  });

  test('of a client ends its backend, in a COPY too', async () => {
    const idle = await RawClient.open(lab.target);
    const copying = await RawClient.open(lab.target);
    copying.send(say.query('COPY a FROM STDIN'), say.copyData('77\n'));
    await copying.until('G');
    idle.destroy();
    copying.destroy();
    await expect.poll(() => activity(idle.pid)).toBe('gone');
    await expect.poll(() => activity(copying.pid)).toBe('gone');
    await expect.poll(() => lab.sessions).toHaveLength(2);
    expect((await admin.query('SELECT id FROM a WHERE id = 77')).rows).toEqual([]);
  });

  test('of the tap cuts everybody off', async () => {
    const own = await openTapLab(database);
    const client = await RawClient.open(own.target);
    client.send(say.query('BEGIN'));
    await client.until('Z');
    await own[Symbol.asyncDispose]();
    expect(await client.next()).toBeNull();
    await expect.poll(() => activity(client.pid)).toBe('gone');
    expect(own.sessions).toHaveLength(1);
  });

  test('of the tap cancels what its sessions are at', async () => {
    const own = await openTapLab(database);
    const client = await RawClient.open(own.target);
    client.send(say.query('SELECT pg_sleep(60)'));
    await expect.poll(() => activity(client.pid)).toBe('active PgSleep');
    await own[Symbol.asyncDispose]();
    await expect.poll(() => activity(client.pid)).toBe('gone');
  });

  test('comes when an observer fails: the client is told why', async () => {
    await using own = await openTapLab(database, async () => ({
      before: async () => undefined,
      after: async () => {
        throw new Error('the observer broke');
      },
      transactionEnded: async () => undefined,
    }));
    const client = await RawClient.open(own.target);
    client.send(say.query('INSERT INTO a VALUES (3)'));
    expect((await client.until('Z')).join()).toContain('the observer broke');
    await expect
      .poll(() => own.sessions)
      .toMatchObject([{ cause: 'observer-failed', error: { message: 'the observer broke' } }]);
    await expect.poll(() => activity(client.pid)).toBe('gone');
    expect((await admin.query('SELECT id FROM a WHERE id = 3')).rows).toEqual([]);
  });
});
