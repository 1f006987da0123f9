import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endBackends, livingBackends } from '../../../src/foundation/ledger/backends.js';
import { appendEntry, readEntries } from '../../../src/foundation/ledger/entries.js';
import { acquireLease, type Lease, type LeaseResult, readLeaseHolder } from '../../../src/foundation/ledger/lease.js';
import { uninstallLedger } from '../../../src/foundation/ledger/ledger-schema.js';
import { connect, type Session } from '../../../src/foundation/postgres/session.js';
import { systemClock } from '../../../src/foundation/runtime/clock.js';
import { openEmbeddedStage } from '../../../src/foundation/stage/open-embedded-stage.js';
import type { Stage } from '../../../src/foundation/stage/stage.js';
import type { RunnerIdentity } from '../../../src/model/ledger.js';

const runner: RunnerIdentity = { host: 'here', processId: 1, osUser: 'ada', databaseUser: 'postgres', tool: 'test' };

describe.each([15, 16, 17, 18] as const)('on PostgreSQL %i', (major) => {
  let stage: Stage;
  let session: Session;
  const open = (applicationName: string): Promise<Session> => connect(session.target, { applicationName });
  const acquire = (runId = randomUUID()): Promise<LeaseResult> =>
    acquireLease({ connect: open, runner, runId, clock: systemClock });

  beforeAll(async () => {
    stage = await openEmbeddedStage({ major, serverBin: null, standby: false });
    session = await stage.connectObserved(null);
  });
  afterAll(async () => {
    await stage?.[Symbol.asyncDispose]();
  });

  it('one runner holds the lease, the other learns who', async () => {
    const runId = randomUUID();
    await using lease = held(await acquire(runId));
    const second = await acquire();
    expect(second).toMatchObject({ kind: 'held', holder: { runId, runner, alive: true } });
    await lease[Symbol.asyncDispose]();
    await using third = held(await acquire());
    expect(third.token).not.toBe(lease.token);
  });

  it('of many that ask at once exactly one gets it', async () => {
    const results = await Promise.all(Array.from({ length: 8 }, () => acquire()));
    const winners = results.filter(({ kind }) => kind === 'acquired');
    expect(winners).toHaveLength(1);
    await using winner = held(winners[0] as LeaseResult);
    expect(winner.lost.aborted).toBe(false);
  });

  it('entries are numbered, dated, and stand or fall with the transaction that adds them', async () => {
    const runId = randomUUID();
    await using lease = held(await acquire(runId));
    const entry = { runId, kind: 'intent', migrationId: '0001', stepId: '0001/1', body: { a: [1] } } as const;
    await session.query('BEGIN');
    await appendEntry(session, lease.token, entry);
    await session.query('ROLLBACK');
    const number = await appendEntry(session, lease.token, { ...entry, kind: 'applied' });
    const entries = await readEntries(session, runId);
    expect(entries).toEqual([{ ...entry, kind: 'applied', number, at: expect.stringMatching(/^20.*T.*\.\d{6}Z$/) }]);
  });

  it('entries are only added', async () => {
    await using lease = held(await acquire());
    expect(lease.lost.aborted).toBe(false);
    for (const sql of [
      'UPDATE lockkeeper.entry SET kind = kind',
      'DELETE FROM lockkeeper.entry',
      'TRUNCATE lockkeeper.entry',
    ]) {
      await expect(session.query(sql)).rejects.toThrow('are only added');
    }
  });

  it('a token that is no longer the holder’s adds nothing', async () => {
    const first = held(await acquire());
    await first[Symbol.asyncDispose]();
    await using second = held(await acquire());
    expect(second.token).not.toBe(first.token);
    const entry = { runId: randomUUID(), kind: 'intent', migrationId: null, stepId: null, body: null } as const;
    await expect(appendEntry(session, first.token, entry)).rejects.toMatchObject({ code: 'lease-lost' });
    expect(await readEntries(session, entry.runId)).toEqual([]);
  });

  it('a runner whose keeper was ended learns of it, and its backends keep others out until they are ended', async () => {
    const lease = held(await acquire());
    const worker = await open('worker');
    const backend = await lease.registerBackend(worker);
    const lost = new Promise((resolve) => lease.lost.addEventListener('abort', resolve, { once: true }));
    const keeper = await readLeaseHolder(session);
    expect(keeper?.alive).toBe(true);
    await session.query('SELECT pg_terminate_backend($1)', [keeper?.backend.pid]);
    await lost;
    expect(await acquire()).toMatchObject({ kind: 'orphaned', backends: [backend] });
    expect(await endBackends(session, [backend], { clock: systemClock, timeoutMs: 5_000 })).toEqual([]);
    expect(await livingBackends(session, [backend])).toEqual([]);
    await using next = held(await acquire());
    expect(next.token).not.toBe(lease.token);
    await lease[Symbol.asyncDispose]();
    await worker[Symbol.asyncDispose]();
    expect((await readLeaseHolder(session))?.alive).toBe(true);
  });

  it('the keeper outlives the timeouts of the database, and stands in the way of nothing', async () => {
    const timeouts = [
      'idle_in_transaction_session_timeout',
      'statement_timeout',
      ...(major >= 17 ? ['transaction_timeout'] : []),
    ];
    for (const name of timeouts) await session.query(`ALTER DATABASE ${session.target.database} SET ${name} = '300ms'`);
    await using lease = held(await acquire());
    await session.query('CREATE TABLE busy (id int)');
    await session.query('CREATE INDEX CONCURRENTLY busy_id ON busy (id)');
    const { rows } = await session.query(
      `SELECT backend_xid, backend_xmin FROM pg_stat_activity WHERE application_name = 'lockkeeper lease'`,
    );
    expect(rows).toEqual([{ backend_xid: null, backend_xmin: null }]);
    await systemClock.sleep(900);
    expect(lease.lost.aborted).toBe(false);
    expect(await acquire()).toMatchObject({ kind: 'held' });
    for (const name of timeouts) await session.query(`ALTER DATABASE ${session.target.database} RESET ${name}`);
    await session.query('DROP TABLE busy');
  });

  it('leaves no trace when it is taken out, and does not take along what others put there', async () => {
    await session.query('CREATE TABLE lockkeeper.theirs ()');
    await expect(uninstallLedger(session)).rejects.toThrow('depend');
    await session.query('DROP TABLE lockkeeper.theirs');
    await uninstallLedger(session);
    const { rows } = await session.query(`SELECT FROM pg_namespace WHERE nspname = 'lockkeeper'`);
    expect(rows).toEqual([]);
    expect(await readLeaseHolder(session)).toBeNull();
  });
});

function held(result: LeaseResult): Lease {
  if (result.kind !== 'acquired') throw new Error(`the lease is ${result.kind}`);
  return result.lease;
}
