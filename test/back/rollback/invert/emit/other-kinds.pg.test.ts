import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { invertChange } from '../../../../../src/back/rollback/invert/invert-change.js';
import type { Inversion } from '../../../../../src/back/rollback/invert/inversion.js';
import { diffSnapshots } from '../../../../../src/foundation/catalog/snapshot/diff.js';
import { readSnapshot } from '../../../../../src/foundation/catalog/snapshot/read-snapshot.js';
import { type Cluster, startCluster } from '../../../../../src/foundation/postgres/server/cluster.js';
import { connect, type Session } from '../../../../../src/foundation/postgres/session.js';
import type { SchemaDiff } from '../../../../../src/model/schema-snapshot.js';
import { enumCases, operatorCases, serverCases } from './more-kinds.js';
import { type KindCase, routineCases, typeCases, world } from './other-kinds.js';

const majors = [15, 18] as const;
const families = {
  routines: routineCases,
  types: typeCases,
  enums: enumCases,
  operators: operatorCases,
  servers: serverCases,
};

interface WayBack {
  readonly inversion: Inversion;
  /** What the rollback left different, the order of columns aside; null when it was refused. */
  readonly left: SchemaDiff | null;
  readonly rowsBefore: unknown;
  readonly rowsAfter: unknown;
}

describe.each(majors)('PostgreSQL %i', (major) => {
  let cluster: Cluster;
  let session: Session;

  beforeAll(async () => {
    cluster = await startCluster({ major, serverBin: null });
    session = await connect(cluster.connection(), { applicationName: 'inversion test' });
    await session.query('SET client_min_messages = warning');
    await session.query(world);
  });
  afterAll(async () => {
    await session?.[Symbol.asyncDispose]();
    await cluster?.[Symbol.asyncDispose]();
  });

  /** Every row of every table, as text. */
  const readRows = async (within: Session): Promise<unknown> => {
    const { rows } = await within.query(`SELECT c.oid::regclass::text AS name FROM pg_class c
      WHERE c.relkind = 'r' AND c.relnamespace = 'app'::regnamespace ORDER BY 1`);
    const tables: Record<string, unknown> = {};
    for (const { name } of rows) {
      const found = await within.query(`SELECT to_jsonb(t)::text AS row FROM ${String(name)} t ORDER BY 1`);
      tables[String(name)] = found.rows.map(({ row }) => row);
    }
    return tables;
  };

  /** In a transaction that is taken back; what a new label is used for needs that label to be committed before. */
  const goAndReturn = async (change: KindCase): Promise<WayBack> => {
    if (change.first !== undefined) return await inDatabase(change, change.first);
    await session.query('BEGIN');
    try {
      return await goThere(session, change);
    } finally {
      await session.query('ROLLBACK');
    }
  };

  const inDatabase = async (change: KindCase, first: string): Promise<WayBack> => {
    await session.query('CREATE DATABASE apart');
    try {
      await using apart = await connect(cluster.connection('apart'), { applicationName: 'inversion test' });
      await apart.query(`SET client_min_messages = warning; ${world}`);
      return await goThere(apart, change, first);
    } finally {
      await session.query('DROP DATABASE apart');
    }
  };

  const goThere = async (
    within: Session,
    { given = '', up, renames = [] }: KindCase,
    first?: string,
  ): Promise<WayBack> => {
    await within.query(given);
    const [before, rowsBefore] = [await readSnapshot(within), await readRows(within)];
    if (first !== undefined) await within.query(first);
    await within.query(up);
    const inversion = invertChange(before, await readSnapshot(within), { renames });
    if (inversion.refused.length > 0) return { inversion, left: null, rowsBefore, rowsAfter: null };
    for (const { sql } of inversion.steps) {
      try {
        await within.query(sql);
      } catch (error) {
        throw new Error(`${sql}\n${String(error)}\nof:\n${inversion.steps.map((step) => step.sql).join(';\n')}`, {
          cause: error,
        });
      }
    }
    const left = diffSnapshots(before, await readSnapshot(within), { facets: ['structure', 'access', 'physical'] });
    return { inversion, left, rowsBefore, rowsAfter: await readRows(within) };
  };

  describe.each(Object.entries(families))('%s', (_family, cases) => {
    test.each(cases.filter(({ since = 15 }) => since <= major))('$name', async (change) => {
      const { inversion, left, rowsBefore, rowsAfter } = await goAndReturn(change);
      if (change.refused !== undefined) {
        expect(inversion.refused.map(({ about, reason }) => `${about}: ${reason}`).join('\n')).toMatch(change.refused);
        return;
      }
      expect(inversion.refused).toEqual([]);
      expect(left, JSON.stringify(left)).toEqual([]);
      if (change.losesRows !== true) expect(rowsAfter).toEqual(rowsBefore);
    });
  });
});
