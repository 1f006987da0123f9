import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connect, type Session } from '../../../src/foundation/postgres/session.js';
import { loadParser } from '../../../src/foundation/sql/parse.js';
import { openEmbeddedStage } from '../../../src/foundation/stage/open-embedded-stage.js';
import type { Stage } from '../../../src/foundation/stage/stage.js';
import { fileOf, tryOut } from './apply-bench.js';

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
    await session.query('DROP TABLE IF EXISTS hot; CREATE TABLE hot (id int PRIMARY KEY, n int, word text)');
    await session.query('INSERT INTO hot SELECT i, i, i FROM generate_series(1, 100) i');
  });

  const indexes = async (): Promise<readonly unknown[]> =>
    (
      await session.query(`SELECT c.relname AS name, i.indisvalid AS valid, pg_get_indexdef(c.oid, 1, true) AS on
        FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indrelid = 'hot'::regclass ORDER BY 1`)
    ).rows.filter((row) => row['name'] !== 'hot_pkey');

  /** A unique build over duplicates fails and leaves its index. */
  async function leaveInvalidIndex(): Promise<void> {
    await session.query('INSERT INTO hot VALUES (201, 1), (202, 1)');
    await expect(session.query('CREATE UNIQUE INDEX CONCURRENTLY hot_n ON hot (n)')).rejects.toThrow(
      'could not create unique index',
    );
    await session.query('DELETE FROM hot WHERE id > 200');
  }

  it.each(['', 'IF NOT EXISTS '])(
    'CREATE INDEX CONCURRENTLY %sbuilds in the place of an invalid index',
    async (clause) => {
      await leaveInvalidIndex();
      const file = fileOf('0001', [`CREATE UNIQUE INDEX CONCURRENTLY ${clause}hot_n ON hot (n)`], 'none');
      const { run } = await tryOut(session, { migrations: [file] });
      expect(run.verdict).toBe('applied');
      expect(await indexes()).toEqual([{ name: 'hot_n', valid: true, on: 'n' }]);
    },
  );

  it('an index of that name that was there before is not taken for the one to be built', async () => {
    await session.query('CREATE INDEX hot_n ON hot (word)');
    const file = fileOf('0001', ['CREATE INDEX CONCURRENTLY hot_n ON hot (n)'], 'none');
    const { run } = await tryOut(session, { migrations: [file] });
    expect(run).toMatchObject({
      verdict: 'failed',
      outcomes: [{ state: 'not-applied', attempts: [{ failure: { sqlState: '42P07' } }] }],
    });
    expect(await indexes()).toEqual([{ name: 'hot_n', valid: true, on: 'word' }]);
  });

  it.each([
    ['REINDEX TABLE CONCURRENTLY hot', true],
    ['DROP INDEX CONCURRENTLY hot_word', false],
  ])('%s that is broken off while it waits leaves no half index', async (sql, stays) => {
    await session.query('CREATE INDEX hot_word ON hot (word)');
    await using reader = await open('report');
    const running = tryOut(session, { migrations: [fileOf('0001', [sql], 'none')] });
    // It begins in a free moment, and then somebody looks at the table.
    await reader.query('BEGIN; SELECT count(*) FROM hot');
    const { rows } = await untilRow(
      `SELECT pid FROM pg_stat_activity WHERE application_name ~ '^lockkeeper apply ' AND wait_event_type = 'Lock'`,
    );
    await session.query('SELECT pg_terminate_backend($1)', [rows[0]?.['pid']]);
    await session.query('SELECT pg_sleep(0.3)');
    await reader.query('COMMIT');
    await running;
    expect(await indexes()).toEqual(stays ? [{ name: 'hot_word', valid: true, on: 'word' }] : []);
  });

  async function untilRow(sql: string): Promise<Awaited<ReturnType<Session['query']>>> {
    for (;;) {
      const answer = await session.query(sql);
      if (answer.rows.length > 0) return answer;
      await session.query('SELECT pg_sleep(0.01)');
    }
  }

  it('gives way to a tool that waits for the lock of this run with a snapshot', async () => {
    await using gatekeeper = await open('gatekeeper');
    await gatekeeper.query('SELECT pg_advisory_lock(42)');
    await using pod = await open('pod');
    const waiting = pod.query('SELECT pg_advisory_lock(42)');
    await session.query('SELECT pg_sleep(0.3)');
    const { run } = await tryOut(session, {
      migrations: [fileOf('0001', ['CREATE INDEX CONCURRENTLY hot_n ON hot (n)'], 'none')],
      gatekeeper: gatekeeper.pid,
    });
    expect(run.verdict).toBe('aborted');
    expect(run.outcomes[0]?.attempts.at(-1)?.failure?.message).toContain('in vain');
    await gatekeeper.query('SELECT pg_advisory_unlock(42)');
    await waiting;
    expect(await indexes()).toEqual([]);
  });

  it('a build that a tool begins to wait in the way of is given up, and leaves nothing', async () => {
    await using reader = await open('report');
    await using gatekeeper = await open('gatekeeper');
    await gatekeeper.query('SELECT pg_advisory_lock(42)');
    await session.query(`CREATE OR REPLACE FUNCTION slowly(n int) RETURNS int IMMUTABLE LANGUAGE plpgsql
      AS 'BEGIN PERFORM pg_sleep(0.01); RETURN n; END'`);
    const running = tryOut(session, {
      migrations: [fileOf('0001', ['CREATE INDEX CONCURRENTLY hot_n ON hot (slowly(n))'], 'none')],
      gatekeeper: gatekeeper.pid,
    });
    await untilRow(
      `SELECT FROM pg_stat_activity WHERE application_name ~ '^lockkeeper apply ' AND wait_event = 'PgSleep'`,
    );
    // It keeps the build waiting until the tool has come.
    await reader.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM hot');
    await using pod = await open('pod');
    const waiting = pod.query('SELECT pg_advisory_lock(42)');
    await session.query('SELECT pg_sleep(0.1)');
    await reader.query('COMMIT');
    const { run } = await running;
    expect(run.verdict).toBe('aborted');
    await gatekeeper.query('SELECT pg_advisory_unlock(42)');
    await waiting;
    expect(await indexes()).toEqual([]);
  });
});
