import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readEntries } from '../../../src/foundation/ledger/entries.js';
import { connect, type Session } from '../../../src/foundation/postgres/session.js';
import { loadParser } from '../../../src/foundation/sql/parse.js';
import { openEmbeddedStage } from '../../../src/foundation/stage/open-embedded-stage.js';
import type { Stage } from '../../../src/foundation/stage/stage.js';
import { fileOf, tryOut } from './apply-bench.js';

const exclusive = [
  { relation: 'public.hot', kind: 'table', mode: 'AccessExclusiveLock', certainty: 'certain' },
] as const;
const gentle = [
  { relation: 'public.hot', kind: 'table', mode: 'ShareUpdateExclusiveLock', certainty: 'certain' },
] as const;

describe.each([15, 18] as const)('on PostgreSQL %i', (major) => {
  let stage: Stage;
  let session: Session;
  const open = (applicationName: string): Promise<Session> => connect(session.target, { applicationName });

  beforeAll(async () => {
    await loadParser();
    stage = await openEmbeddedStage({ major, serverBin: null, standby: false });
    session = await stage.connectObserved(null);
  });
  afterAll(async () => {
    await stage?.[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    await session.query('DROP TABLE IF EXISTS hot; CREATE TABLE hot (id int PRIMARY KEY, n int)');
    await session.query('INSERT INTO hot SELECT i, i FROM generate_series(1, 100) i');
  });

  /** Until a run's backend sleeps; its pid. */
  async function asleep(): Promise<number> {
    for (;;) {
      const { rows } = await session.query(
        `SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'lockkeeper apply%' AND query LIKE '%pg_sleep%' AND state = 'active'`,
      );
      if (rows[0] !== undefined) return Number(rows[0]['pid']);
      await session.query('SELECT pg_sleep(0.02)');
    }
  }

  it('applies transactions and statements that commit by themselves, and writes down each', async () => {
    const { run, runId } = await tryOut(session, {
      migrations: [
        fileOf('0001', ['ALTER TABLE hot ADD COLUMN a int', 'ALTER TABLE hot ADD COLUMN b int']),
        fileOf('0002', ['SET work_mem = 1000', 'CREATE INDEX CONCURRENTLY hot_a ON hot (a)', 'ANALYZE hot'], 'none'),
      ],
    });
    expect(run.verdict).toBe('applied');
    expect(run.outcomes.map(({ stepId, state }) => [stepId, state])).toEqual([
      ['0001/1', 'applied'],
      ['0002/1', 'applied'],
      ['0002/2', 'applied'],
    ]);
    const entries = await readEntries(session, runId);
    expect(entries.map(({ kind, stepId }) => `${kind} ${stepId ?? ''}`.trim())).toEqual([
      'run-started',
      'intent 0001/1',
      'applied 0001/1',
      'migration-applied',
      'intent 0002/1',
      'applied 0002/1',
      'intent 0002/2',
      'applied 0002/2',
      'migration-applied',
      'run-ended',
    ]);
    const { rows } = await session.query(`SELECT indisvalid FROM pg_index WHERE indexrelid = 'hot_a'::regclass`);
    expect(rows).toEqual([{ indisvalid: true }]);
  });

  it('what a migration leaves in its session, the next does not meet', async () => {
    const { run } = await tryOut(session, {
      migrations: [
        fileOf('0001', [
          'SET search_path = pg_catalog',
          'SET ROLE pg_monitor',
          'RESET ROLE',
          'CREATE TEMP TABLE own_place (id int)',
          'PREPARE asked AS SELECT 1',
          'SELECT pg_advisory_lock(77)',
        ]),
        fileOf('0002', [
          'CREATE TABLE beside_hot (id int)',
          'CREATE TEMP TABLE own_place (id int)',
          'PREPARE asked AS SELECT 1',
        ]),
      ],
    });
    expect(run).toMatchObject({ verdict: 'applied' });
    expect((await session.query(`SELECT to_regclass('public.beside_hot') IS NOT NULL AS there`)).rows).toEqual([
      { there: true },
    ]);
    await session.query('DROP TABLE beside_hot');
  });

  it('what the server refuses leaves nothing of its transaction, and ends the run', async () => {
    const { run } = await tryOut(session, {
      migrations: [
        fileOf('0001', ['ALTER TABLE hot ADD COLUMN a int', 'ALTER TABLE nowhere ADD COLUMN b int']),
        fileOf('0002', ['CREATE TABLE later ()']),
      ],
    });
    expect(run.verdict).toBe('failed');
    expect(run.outcomes).toHaveLength(1);
    expect(run.outcomes[0]?.attempts[0]?.failure).toMatchObject({
      kind: 'error',
      sqlState: '42P01',
      place: '0001.sql:2',
    });
    const { rows } = await session.query(
      `SELECT attname FROM pg_attribute WHERE attrelid = 'hot'::regclass AND attname = 'a'`,
    );
    expect(rows).toEqual([]);
  });

  it('waits outside the queue for a long transaction, so that nobody queues behind it', async () => {
    await using reader = await open('report');
    await reader.query('BEGIN; SELECT count(*) FROM hot');
    await session.query('SELECT pg_sleep(0.3)');
    const waits: number[] = [];
    const running = tryOut(session, {
      migrations: [fileOf('0001', ['ALTER TABLE hot ADD COLUMN a int'])],
      locks: exclusive,
    });
    for (let look = 0; look < 20; look++) {
      const start = performance.now();
      await session.query('SELECT count(*) FROM hot');
      waits.push(performance.now() - start);
      await session.query('SELECT pg_sleep(0.05)');
    }
    await reader.query('COMMIT');
    const { run, events } = await running;
    expect(run.verdict).toBe('applied');
    expect(run.outcomes[0]?.attempts).toHaveLength(1);
    expect(events.find(({ kind }) => kind === 'waiting-outside')).toMatchObject({
      reason: expect.stringContaining('report of'),
    });
    expect(Math.max(...waits)).toBeLessThan(400);
  });

  it('gives up when nobody leaves, in a known state, naming who is in the way', async () => {
    await using reader = await open('report');
    await reader.query('BEGIN; SELECT count(*) FROM hot');
    await session.query('SELECT pg_sleep(0.3)');
    const { run } = await tryOut(session, {
      migrations: [fileOf('0001', ['ALTER TABLE hot ADD COLUMN a int'])],
      locks: exclusive,
      budget: { patienceMs: 500 },
    });
    expect(run.verdict).toBe('aborted');
    expect(run.outcomes[0]?.attempts.at(-1)?.failure?.message).toMatch(/report of .*pid \d+/);
  });

  it('a step that makes others wait too long is cancelled, and tried again', async () => {
    const slow = fileOf('0001', ['LOCK TABLE hot', 'SELECT pg_sleep(3)', 'ALTER TABLE hot ADD COLUMN a int']);
    const running = tryOut(session, { migrations: [slow], locks: exclusive, budget: { attempts: 2 } });
    await asleep();
    await using client = await open('client');
    const start = performance.now();
    await client.query('SELECT count(*) FROM hot');
    const waited = performance.now() - start;
    const { run } = await running;
    expect(run.outcomes[0]?.attempts[0]?.failure?.kind).toBe('held-too-long');
    expect(run.outcomes[0]?.longestBlockedMs).toBeGreaterThan(400);
    expect(waited).toBeLessThan(900);
  }, 20_000);

  it('what holds its locks too long by its nature is not tried again and again', async () => {
    const slow = fileOf('0001', ['LOCK TABLE hot', 'SELECT pg_sleep(30)']);
    const over = new AbortController();
    const traffic = (async () => {
      await using client = await open('client');
      while (!over.signal.aborted) await client.query('SELECT count(*) FROM hot; SELECT pg_sleep(0.01)');
    })();
    const { run } = await tryOut(session, { migrations: [slow], locks: exclusive });
    over.abort();
    await traffic;
    expect(run.verdict).toBe('aborted');
    expect(run.outcomes[0]?.attempts.map(({ failure }) => failure?.kind)).toEqual(['held-too-long', 'held-too-long']);
  }, 20_000);

  it('a killed backend is found out about by the ledger, and the step is applied once', async () => {
    const running = tryOut(session, {
      migrations: [fileOf('0001', ['INSERT INTO hot VALUES (1000, 1)', 'SELECT pg_sleep(30)'])],
    });
    await session.query('SELECT pg_terminate_backend($1)', [await asleep()]);
    const { run } = await running;
    expect(run.verdict).toBe('aborted');
    expect(run.outcomes[0]).toMatchObject({ state: 'not-applied', attempts: [{ failure: { kind: 'lost' } }] });
    expect((await session.query('SELECT FROM hot WHERE id = 1000')).rows).toEqual([]);
  });

  it('a concurrent build that was broken off leaves no invalid index', async () => {
    await session.query('INSERT INTO hot VALUES (1001, 1), (1002, 1)');
    const { run } = await tryOut(session, {
      migrations: [fileOf('0001', ['CREATE UNIQUE INDEX CONCURRENTLY hot_n ON hot (n)'], 'none')],
      locks: gentle,
    });
    expect(run.verdict).toBe('failed');
    expect(run.outcomes[0]?.attempts[0]?.failure).toMatchObject({ sqlState: '23505' });
    expect((await session.query(`SELECT FROM pg_class WHERE relname = 'hot_n'`)).rows).toEqual([]);
  });

  it('an interrupt ends the statement, and nothing is left open', async () => {
    const interrupt = new AbortController();
    const running = tryOut(session, {
      migrations: [fileOf('0001', ['INSERT INTO hot VALUES (1003, 1)', 'SELECT pg_sleep(30)'])],
      signal: interrupt.signal,
    });
    await asleep();
    interrupt.abort();
    const { run } = await running;
    expect(run.verdict).toBe('aborted');
    await session.query('SELECT pg_sleep(0.2)');
    const { rows } = await session.query(
      `SELECT FROM pg_stat_activity WHERE application_name ~ '^lockkeeper (apply|watch|lease|ledger)'`,
    );
    expect(rows).toEqual([]);
    expect((await session.query('SELECT FROM hot WHERE id = 1003')).rows).toEqual([]);
  });
});
