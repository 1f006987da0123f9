import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { invertChange } from '../../../../src/back/rollback/invert/invert-change.js';
import { diffSnapshots } from '../../../../src/foundation/catalog/snapshot/diff.js';
import { addressesOf, readSnapshot } from '../../../../src/foundation/catalog/snapshot/read-snapshot.js';
import { type Cluster, startCluster } from '../../../../src/foundation/postgres/server/cluster.js';
import { connect, type Session } from '../../../../src/foundation/postgres/session.js';
import { columnCases, tableCases } from './cases.js';
import { partCases } from './cases-of-parts.js';

const cases = [...tableCases, ...columnCases, ...partCases];

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
});
