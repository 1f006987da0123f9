import { describe, expect, test } from 'vitest';
import { readSchema } from '../../src/foundation/catalog/read-schema.js';
import { startCluster } from '../../src/foundation/postgres/server/cluster.js';
import { connect } from '../../src/foundation/postgres/session.js';
import { loadParser, parseStatement } from '../../src/foundation/sql/parse.js';
import { conflictingModes, type LockMode, lockModes } from '../../src/model/locks.js';
import { effectsOn } from '../../src/workflows/lock-page/describe-locks.js';
import { pageSchema } from '../../src/workflows/lock-page/page-schema.js';
import { pageGroups } from '../../src/workflows/lock-page/page-statements.js';
import { comparePrediction } from '../foundation/effects/compare-prediction.js';
import { observeStatement } from '../foundation/effects/oracle.js';

/** `ROW EXCLUSIVE` is how LOCK TABLE writes RowExclusiveLock. */
function modeInSql(mode: LockMode): string {
  return mode.replace(/Lock$/, '').replace(/(?<=[a-z])(?=[A-Z])/g, ' ');
}

describe.each([15, 16, 17, 18] as const)('on PostgreSQL %i', (major) => {
  test('every statement of the page does what the page says', async () => {
    await loadParser();
    await using cluster = await startCluster({ major, serverBin: null, settings: { autovacuum: 'off' } });
    await using session = await connect(cluster.connection('postgres'), { applicationName: 'page' });
    await using witness = await connect(cluster.connection('postgres'), { applicationName: 'witness' });
    await session.query(pageSchema);
    const schema = await readSchema(session);
    const statements = pageGroups
      .flatMap((group) => group.statements)
      .map((statement) => (typeof statement === 'string' ? { sql: statement, since: 0 } : statement))
      .filter(({ since }) => since <= major);
    const differing: string[] = [];
    for (const { sql } of statements) {
      const observed = await observeStatement({ session, witness }, [sql]);
      const effects = effectsOn(sql, schema);
      const { tree } = parseStatement(sql) as Extract<ReturnType<typeof parseStatement>, { ok: true }>;
      const differences = observed.refused
        ? effects.transactionBlock === 'refused'
          ? []
          : ['it refuses a transaction block']
        : comparePrediction(observed, { effects, tree, from: 'schema', compareScans: true });
      const failed = observed.error === null || observed.refused ? [] : [`fails: ${observed.error}`];
      differing.push(...[...differences, ...failed].map((difference) => `${sql}: ${difference}`));
    }
    expect(statements.length).toBeGreaterThan(80);
    expect(differing).toEqual([]);
  });

  test('two transactions hold two modes together unless the matrix says otherwise', async () => {
    await using cluster = await startCluster({ major, serverBin: null, settings: {} });
    await using first = await connect(cluster.connection('postgres'), { applicationName: 'first' });
    await using second = await connect(cluster.connection('postgres'), { applicationName: 'second' });
    await first.query('CREATE TABLE t ()');
    const refused: string[] = [];
    for (const held of lockModes) {
      await first.query(`BEGIN; LOCK TABLE t IN ${modeInSql(held)} MODE`);
      for (const wanted of lockModes) {
        const got = await second.query(`BEGIN; LOCK TABLE t IN ${modeInSql(wanted)} MODE NOWAIT`).then(
          () => true,
          () => false,
        );
        await second.query('ROLLBACK');
        if (!got) refused.push(`${held} ${wanted}`);
      }
      await first.query('ROLLBACK');
    }
    expect(refused).toEqual(lockModes.flatMap((held) => conflictingModes[held].map((wanted) => `${held} ${wanted}`)));
  });
});
