import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import replication from '../../../src/during/preflight/gates/database/replication.js';
import replicationSlots from '../../../src/during/preflight/gates/database/replication-slots.js';
import walArchiving from '../../../src/during/preflight/gates/database/wal-archiving.js';
import { type ClusterWithStandby, startClusterWithStandby } from '../../../src/foundation/postgres/server/standby.js';
import { connect, type Session } from '../../../src/foundation/postgres/session.js';
import { askGate } from './gate-bench.js';

describe.each([15, 16, 17, 18] as const)('on PostgreSQL %i', (major) => {
  let pair: ClusterWithStandby;
  let admin: Session;
  let observer: Session;
  let nobody: Session;
  let standby: Session;
  let standbyAdmin: Session;

  beforeAll(async () => {
    const settings = { archive_mode: 'on', archive_command: 'true', max_slot_wal_keep_size: '-1' };
    pair = await startClusterWithStandby({ major, serverBin: null, settings });
    const open = (where: 'primary' | 'standby', user: string) =>
      connect({ ...pair[where].connection(), user }, { applicationName: `test ${user}` });
    admin = await open('primary', 'postgres');
    await admin.query(
      'CREATE ROLE observer LOGIN; GRANT pg_monitor TO observer; CREATE ROLE nobody LOGIN; CREATE TABLE t (id int)',
    );
    observer = await open('primary', 'observer');
    nobody = await open('primary', 'nobody');
    standbyAdmin = await open('standby', 'postgres');
    await vi.waitFor(async () => {
      const { rows } = await standbyAdmin.query(`SELECT FROM pg_roles WHERE rolname = 'observer'`);
      if (rows.length === 0) throw new Error('the role is not replayed yet');
    }, 10_000);
    standby = await open('standby', 'observer');
  });
  afterAll(async () => {
    for (const session of [admin, observer, nobody, standby, standbyAdmin]) await session?.[Symbol.asyncDispose]();
    await pair?.[Symbol.asyncDispose]();
  });

  it('archiving that works passes; a failing command, or none, blocks', async () => {
    const ask = (session = observer, settings = {}) => askGate(walArchiving, { session, settings });
    const write = () => admin.query('INSERT INTO t VALUES (1); SELECT pg_switch_wal()');
    const configure = (setting: string) =>
      admin.query(`ALTER SYSTEM SET ${setting}`).then(() => admin.query('SELECT pg_reload_conf()'));
    await write();
    await expect.poll(async () => (await ask()).verdict, { timeout: 10_000 }).toBe('pass');
    expect(await ask(nobody)).toMatchObject({ verdict: 'pass', observation: { waiting: null } });
    expect(await ask(nobody, { maxSilenceMs: 0 })).toMatchObject({ verdict: 'unknown' });
    await configure(`archive_command = 'false'`);
    // The archiver may take one more segment before it has heard of the new command.
    const writeAndAsk = () => write().then(async () => (await ask()).reason);
    await expect.poll(writeAndAsk, { timeout: 10_000, interval: 300 }).toContain('Archiving fails');
    expect(await ask(nobody)).toMatchObject({ verdict: 'block' });
    await configure(`archive_command = ''`);
    await expect.poll(async () => (await ask()).reason).toContain('there is no archive_command');
    expect(JSON.stringify((await ask()).observation)).not.toContain('false"');
    await configure(`archive_command = 'true'`);
  }, 40_000);

  it('a standby that follows passes, with its own word for it', async () => {
    const replicas = [{ name: 'reports', session: standby, problem: null }];
    await expect.poll(async () => (await askGate(replication, { session: observer, replicas })).verdict).toBe('pass');
    expect(await askGate(replication, { session: observer })).toMatchObject({
      verdict: 'warn',
      reason: expect.stringContaining('0 are configured'),
    });
    expect(await askGate(replication, { session: nobody })).toMatchObject({ verdict: 'unknown' });
    expect(await askGate(replication, { session: standby })).toMatchObject({
      verdict: 'block',
      reason: expect.stringContaining('is a standby'),
    });
    const gone = [{ name: 'reports', session: null, problem: 'refused' }];
    expect(await askGate(replication, { session: observer, replicas: gone })).toMatchObject({
      verdict: 'block',
      reason: expect.stringContaining('reports cannot be reached'),
    });
    const wrong = [{ name: 'reports', session: admin, problem: null }];
    expect(await askGate(replication, { session: observer, replicas: wrong })).toMatchObject({
      verdict: 'block',
      reason: expect.stringContaining('promoted'),
    });
  });

  it('a standby that is behind, or paused, blocks', async () => {
    const replicas = [{ name: 'reports', session: standby, problem: null }];
    await standbyAdmin.query('SELECT pg_wal_replay_pause()');
    await expect
      .poll(async () => (await askGate(replication, { session: observer, replicas })).reason)
      .toBe('Replay is paused on reports.');
    await admin.query('INSERT INTO t SELECT generate_series(1, 20000)');
    const settings = { maxLagBytes: 100_000 };
    await expect
      .poll(async () => (await askGate(replication, { session: observer, settings })).reason, { timeout: 10_000 })
      .toContain('Replication is behind');
    await standbyAdmin.query('SELECT pg_wal_replay_resume()');
    await expect
      .poll(async () => (await askGate(replication, { session: observer, replicas })).verdict, { timeout: 10_000 })
      .toBe('pass');
  }, 30_000);

  it('a slot that nobody reads warns, one that keeps much blocks, a lost one blocks', async () => {
    const ask = (settings = {}) => askGate(replicationSlots, { session: observer, settings });
    expect(await ask()).toMatchObject({ verdict: 'pass' });
    await admin.query(`SELECT pg_create_physical_replication_slot('left', true)`);
    expect(await ask()).toMatchObject({ verdict: 'warn', reason: expect.stringContaining('Nobody reads left') });
    await admin.query('INSERT INTO t SELECT generate_series(1, 20000)');
    expect(await ask({ maxRetainedBytes: 1_000 })).toMatchObject({ verdict: 'block' });
    await admin.query('ALTER SYSTEM SET max_slot_wal_keep_size = 1');
    await admin.query('ALTER SYSTEM SET wal_keep_size = 0');
    await admin.query('ALTER SYSTEM SET max_wal_size = 32');
    await admin.query('SELECT pg_reload_conf()');
    for (let count = 0; count < 6; count += 1) await admin.query('INSERT INTO t VALUES (1); SELECT pg_switch_wal()');
    expect(await ask()).toMatchObject({ verdict: 'block', reason: expect.stringMatching(/WAL that a slot needs/) });
    await admin.query('CHECKPOINT');
    await expect.poll(async () => (await ask()).reason).toContain('WAL that a slot needs is gone: left');
    await admin.query(`SELECT pg_drop_replication_slot('left')`);
  });
});
