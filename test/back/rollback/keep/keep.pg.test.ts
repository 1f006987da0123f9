import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generateRollback } from '../../../../src/back/rollback/generate-rollback.js';
import { invertChange } from '../../../../src/back/rollback/invert/invert-change.js';
import { dropKept, type KeepLimits, listKept } from '../../../../src/back/rollback/keep/keep-schema.js';
import { planKeep } from '../../../../src/back/rollback/keep/plan-keep.js';
import { writtenTables } from '../../../../src/back/rollback/keep/written-tables.js';
import { compareStates } from '../../../../src/back/rollback/prove/compare-states.js';
import { type DatabaseState, readState } from '../../../../src/back/rollback/prove/read-state.js';
import { type Cluster, startCluster } from '../../../../src/foundation/postgres/server/cluster.js';
import { connect, type Session } from '../../../../src/foundation/postgres/session.js';
import { migrationOf } from '../../../support/script.js';
import { dividedCases } from './divided-cases.js';
import { heavyCases } from './heavy-cases.js';
import { keepCases } from './keep-cases.js';

describe.each([15, 18] as const)('PostgreSQL %i', (major) => {
  let cluster: Cluster;
  let session: Session;

  beforeAll(async () => {
    cluster = await startCluster({ major, serverBin: null });
    session = await connect(cluster.connection(), { applicationName: 'keep test' });
  });
  afterAll(async () => {
    await session?.[Symbol.asyncDispose]();
    await cluster?.[Symbol.asyncDispose]();
  });

  const run = async (statements: readonly string[]) => {
    for (const sql of statements) {
      await session.query(sql).catch((error: unknown) => {
        throw new Error(`${String(error)} in: ${sql}\nof:\n${statements.join(';\n')}`);
      });
    }
  };

  const script = (up: readonly string[], before: DatabaseState, after: DatabaseState) => {
    const generated = generateRollback({ migration: migrationOf('0007-change', up), before, after });
    if (generated.kind === 'refused') throw new Error(generated.reason);
    const texts = (one: { readonly statements: readonly { readonly sql: string }[] } | undefined) =>
      (one?.statements ?? []).map(({ sql }) => sql);
    const { preserve, afterUp } = generated.keep ?? {};
    return { preserve: texts(preserve), afterUp: texts(afterUp), down: texts(generated.script) };
  };

  test.each([...keepCases, ...heavyCases, ...dividedCases])(
    'brings back $title',
    async ({ setup, up, writes, leaves }) => {
      await session.query('BEGIN');
      try {
        await session.query(setup);
        const before = await readState(session);
        await session.query('SAVEPOINT here');
        await run(up);
        const { preserve, afterUp, down } = script(up, before, await readState(session));
        await session.query('ROLLBACK TO SAVEPOINT here');
        expect(preserve).not.toEqual([]);
        await run([...preserve, ...up, ...afterUp]);
        if (writes !== undefined) await session.query(writes);
        await run(down);
        const now = await readState(session, { comparedWith: before });
        const { schema, data } = compareStates(before, now, { setsPositions: false });
        expect(schema, down.join(';\n')).toEqual([]);
        if (leaves === undefined) expect(data, down.join(';\n')).toEqual([]);
        else {
          const { rows } = await session.query(leaves.query);
          expect(rows.map((row) => Object.values(row).map(String).join(' '))).toEqual(leaves.gives);
        }
      } finally {
        await session.query('ROLLBACK');
      }
    },
  );

  const planned = async (up: string, limits: KeepLimits) => {
    const before = await readState(session);
    await session.query('SAVEPOINT here');
    await session.query(up);
    const after = await readState(session);
    await session.query('ROLLBACK TO SAVEPOINT here');
    const hints = { addresses: { before: before.addresses, after: after.addresses } };
    return planKeep({
      change: 'c1',
      before: before.snapshot,
      after: after.snapshot,
      inversion: invertChange(before.snapshot, after.snapshot, hints),
      hints,
      written: writtenTables(before, after, migrationOf('c1', [up])),
      rows: new Map(before.data.map(({ relation, rows }) => [relation, rows])),
      limits,
      keepsEmpty: false,
    });
  };

  test('refuses a table of too many rows, by what is known and by what the server then finds', async () => {
    await session.query('BEGIN; CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t SELECT generate_series(1, 5)');
    try {
      const refused = await planned('DROP TABLE t', { rows: 4, days: 1 });
      expect(refused.preserve).toEqual([]);
      expect(refused.notKept).toEqual([
        { about: 'table public.t', reason: expect.stringContaining('5 rows are more than the 4') },
      ]);
      const allowed = await planned('DROP TABLE t', { rows: 5, days: 1 });
      await session.query('ANALYZE t');
      expect((await session.query(allowed.estimate ?? '')).rows).toMatchObject([{ relation: 't', rows: '5' }]);
      await session.query('INSERT INTO t VALUES (6)');
      await expect(run(allowed.preserve)).rejects.toThrow('public.t has more than 5 rows to keep');
    } finally {
      await session.query('ROLLBACK');
    }
  });

  test('lists what is kept and what the application has changed since, and drops it', async () => {
    await session.query(
      'BEGIN; CREATE TABLE t (id int PRIMARY KEY, v int); INSERT INTO t SELECT i, i FROM generate_series(1, 5) i',
    );
    try {
      const up = 'UPDATE t SET v = 0 WHERE id < 4; DELETE FROM t WHERE id = 5; INSERT INTO t VALUES (7, 7)';
      const plan = await planned(up, { rows: 100, days: 3 });
      await run([...plan.preserve, up, ...plan.afterUp]);
      const undecided = async () => (await session.query(plan.undecided ?? '')).rows;
      expect(await undecided()).toEqual([{ relation: 'public.t', rows: '0' }]);
      await session.query(
        'UPDATE t SET v = 9 WHERE id IN (1, 7); DELETE FROM t WHERE id = 2; INSERT INTO t VALUES (5, 1)',
      );
      expect(await undecided()).toEqual([{ relation: 'public.t', rows: '4' }]);
      const kept = (await session.query(listKept)).rows;
      expect(kept.map(({ change, relation }) => [change, relation])).toEqual([
        ['c1', 'public.t'],
        ['c1', 'public.t'],
      ]);
      const tables = async () =>
        (
          await session.query(
            `SELECT relname FROM pg_class WHERE relnamespace = 'lockkeeper_keep'::regnamespace AND relkind = 'r'`,
          )
        ).rows.length;
      await session.query(dropKept('expired'));
      expect(await tables()).toBe(3);
      await expect(session.query(`SAVEPOINT again; ${plan.preserve.join(';')}`)).rejects.toThrow('already exists');
      await session.query(`ROLLBACK TO SAVEPOINT again; ${dropKept({ change: 'c1' })}`);
      expect(await tables()).toBe(1);
    } finally {
      await session.query('ROLLBACK');
    }
  });
});
