import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { invertChange } from '../../../../src/back/rollback/invert/invert-change.js';
import { diffSnapshots } from '../../../../src/foundation/catalog/snapshot/diff.js';
import { addressesOf, readSnapshot } from '../../../../src/foundation/catalog/snapshot/read-snapshot.js';
import { type Cluster, startCluster } from '../../../../src/foundation/postgres/server/cluster.js';
import { connect, type Session } from '../../../../src/foundation/postgres/session.js';
import { columnCases, tableCases } from './cases.js';
import { acrossKinds } from './cases-across-kinds.js';
import { nameCases } from './cases-of-names.js';
import { partCases } from './cases-of-parts.js';
import { oddCases, partitionCases } from './cases-of-partitions.js';

const cases = [
  ...tableCases,
  ...columnCases,
  ...partCases,
  ...acrossKinds,
  ...partitionCases,
  ...oddCases,
  ...nameCases,
];

describe.each([15, 18] as const)('PostgreSQL %i', (major) => {
  let cluster: Cluster;
  let session: Session;

  beforeAll(async () => {
    cluster = await startCluster({ major, serverBin: null });
    session = await connect(cluster.connection(), { applicationName: 'invert test' });
  });
  afterAll(async () => {
    await session?.[Symbol.asyncDispose]();
    await cluster?.[Symbol.asyncDispose]();
  });

  const known = cases.filter(({ since = 15 }) => since <= major);

  test.each(known)('$title', async ({ setup, change, declares = [] }) => {
    await session.query('BEGIN');
    try {
      await session.query(setup === '' ? 'SELECT' : setup);
      const before = await readSnapshot(session);
      await session.query(change);
      const after = await readSnapshot(session);
      const addresses = { before: addressesOf(before) ?? new Map(), after: addressesOf(after) ?? new Map() };
      const { steps, declared, refused } = invertChange(before, after, { addresses });
      expect(refused).toEqual([]);
      for (const { sql } of steps) {
        await session.query(sql).catch((error: unknown) => {
          throw new Error(`${String(error)} in: ${sql}\nof:\n${steps.map((step) => step.sql).join(';\n')}`);
        });
      }
      const again = await readSnapshot(session);
      const facets = ['structure', 'access', 'physical'] as const;
      const difference = diffSnapshots(before, again, { facets });
      expect(difference, steps.map(({ sql }) => sql).join(';\n')).toEqual([]);
      const said = declared.map(({ reason }) => reason);
      for (const part of declares) expect(said).toContainEqual(expect.stringContaining(part));
      if (diffSnapshots(before, again, { facets: ['order'] }).length > 0) {
        expect(said).toContainEqual(expect.stringContaining('another order'));
      }
    } finally {
      await session.query('ROLLBACK');
    }
  });

  test('renames are taken back by the words of the change where nothing tells addresses', async () => {
    await session.query('BEGIN');
    try {
      await session.query('CREATE TABLE t (id int PRIMARY KEY, a int); CREATE VIEW v AS SELECT a FROM t');
      const before = await readSnapshot(session);
      await session.query('ALTER TABLE t RENAME TO u; ALTER TABLE u RENAME a TO b');
      const renames = [
        { kind: 'table', schema: null, table: null, from: 't', to: 'u' },
        { kind: 'column', schema: null, table: 'u', from: 'a', to: 'b' },
      ] as const;
      const { steps, refused } = invertChange(before, await readSnapshot(session), { renames });
      expect(refused).toEqual([]);
      expect(steps.map(({ sql }) => sql)).toEqual([
        'ALTER TABLE public.u RENAME TO t',
        'ALTER TABLE public.t RENAME COLUMN b TO a',
      ]);
    } finally {
      await session.query('ROLLBACK');
    }
  });

  test('indexes that must not block writes are built alone, those of new tables with them', async () => {
    await session.query('BEGIN');
    try {
      await session.query(
        'CREATE TABLE t (a int); CREATE INDEX i ON t (a); CREATE TABLE n (a int); CREATE INDEX j ON n (a)',
      );
      const before = await readSnapshot(session);
      await session.query('DROP INDEX i; DROP TABLE n; CREATE INDEX k ON t (a)');
      const { steps } = invertChange(before, await readSnapshot(session), { concurrently: true });
      expect(steps.filter(({ transactional }) => !transactional).map(({ sql }) => sql)).toEqual([
        'DROP INDEX CONCURRENTLY IF EXISTS public.k',
        'CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON public.t USING btree (a)',
      ]);
    } finally {
      await session.query('ROLLBACK');
    }
  });

  test('a table that would have to take back a part with rows of its own is refused aloud', async () => {
    await session.query('BEGIN');
    try {
      await session.query('CREATE TABLE t (a int) PARTITION BY LIST (a); CREATE TABLE t1 PARTITION OF t DEFAULT');
      const before = await readSnapshot(session);
      await session.query('ALTER TABLE t DETACH PARTITION t1; DROP TABLE t; CREATE TABLE t AS SELECT * FROM t1');
      const { refused } = invertChange(before, await readSnapshot(session));
      expect(refused).toEqual([
        { about: 'table public.t', reason: expect.stringContaining('table public.t1 was a part') },
      ]);
    } finally {
      await session.query('ROLLBACK');
    }
  });
});
