import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateRollback } from '../../../../src/back/rollback/generate-rollback.js';
import { compareStates } from '../../../../src/back/rollback/prove/compare-states.js';
import { openProofDatabase, type ProofDatabase } from '../../../../src/back/rollback/prove/proof-database.js';
import { proveRollback } from '../../../../src/back/rollback/prove/prove-rollback.js';
import { readState } from '../../../../src/back/rollback/prove/read-state.js';
import { runPart } from '../../../../src/back/rollback/prove/run-part.js';
import { loadParser } from '../../../../src/foundation/sql/parse.js';
import { openEmbeddedStage } from '../../../../src/foundation/stage/open-embedded-stage.js';
import type { Stage } from '../../../../src/foundation/stage/stage.js';
import { migrationOf } from '../../../support/script.js';

const signal = new AbortController().signal;
const options = { before: null, timeLimitMs: 30_000, checkApplication: null, signal } as const;

describe.each([15, 18] as const)('on PostgreSQL %i', (major) => {
  let stage: Stage;
  let database: ProofDatabase;

  beforeAll(async () => {
    await loadParser();
    stage = await openEmbeddedStage({ major, serverBin: null, standby: false });
    database = await openProofDatabase(stage);
  });
  afterAll(async () => {
    await database?.[Symbol.asyncDispose]();
    await stage?.[Symbol.asyncDispose]();
  });

  const furnish = (sql: string) =>
    database.session.query(
      `DROP SCHEMA IF EXISTS lockkeeper_keep CASCADE; DROP SCHEMA IF EXISTS public CASCADE; CREATE SCHEMA public; ${sql}`,
    );

  const prove = async (setup: string, up: readonly string[]) => {
    await furnish(setup);
    const { proofs } = await proveRollback(database, migrationOf('up', up), {
      ...options,
      ways: [{ origin: 'generated', generate: (seen) => generateRollback(seen) }],
    });
    const [proof] = proofs;
    if (proof === undefined) throw new Error('nothing was proved');
    return proof;
  };

  it('clears away what a concurrent build leaves that fails in the middle', async () => {
    await furnish('CREATE TABLE t (a int, b int); INSERT INTO t VALUES (1, 1), (1, 2)');
    const { session } = database;
    const before = await readState(session);
    const up = migrationOf('up', ['CREATE TABLE made ()', 'CREATE UNIQUE INDEX CONCURRENTLY t_a ON t (a)'], 'none');
    const run = await runPart(session, up, { insideTransaction: false, signal });
    expect(run.ok).toBe(false);
    const after = await readState(session);
    const generated = generateRollback({ migration: up, before, after });
    if (generated.kind !== 'script') throw new Error(generated.reason);
    expect(generated.script.statements.map(({ sql }) => sql)).toContain('DROP INDEX IF EXISTS public.t_a');
    expect((await runPart(session, generated.script, { insideTransaction: false, signal })).ok).toBe(true);
    const now = await readState(session, { comparedWith: before });
    expect(compareStates(before, now, { setsPositions: false })).toMatchObject({ schema: [], data: [] });
  });

  const stale = `CREATE TABLE t (a int); CREATE MATERIALIZED VIEW m AS SELECT a FROM t; INSERT INTO t VALUES (1), (2)`;

  it('says that a view which was not up to date is computed anew', async () => {
    const proof = await prove(stale, ['DROP MATERIALIZED VIEW m']);
    expect(proof).toMatchObject({ verdict: 'restored', difference: [] });
    expect(proof.notes).toContainEqual(expect.stringContaining('it was not up to date'));
  });

  it('takes no other rows of a view for computed anew', async () => {
    await furnish(stale);
    const { proofs } = await proveRollback(database, migrationOf('up', ['REFRESH MATERIALIZED VIEW m']), {
      ...options,
      ways: [
        {
          origin: 'written',
          script: migrationOf('down', [
            'INSERT INTO t VALUES (3)',
            'REFRESH MATERIALIZED VIEW m',
            'DELETE FROM t WHERE a = 3',
          ]),
        },
      ],
    });
    expect(proofs[0]).toMatchObject({ verdict: 'not-restored' });
  });

  it('fills a view only when the partitions are there again', async () => {
    const setup = `CREATE TABLE p (a int) PARTITION BY LIST (a); CREATE TABLE z PARTITION OF p DEFAULT; INSERT INTO p VALUES (1);
      CREATE VIEW a AS SELECT * FROM p; CREATE MATERIALIZED VIEW b AS SELECT * FROM a; CREATE MATERIALIZED VIEW aa AS SELECT * FROM b`;
    expect(await prove(setup, ['DROP SCHEMA public CASCADE'])).toMatchObject({ verdict: 'restored', difference: [] });
  });

  it('drops a role that the change made, so that it can make it again', async () => {
    const proof = await prove('CREATE TABLE t (a int)', ['CREATE ROLE made_here', 'GRANT SELECT ON t TO made_here']);
    expect(proof).toMatchObject({ verdict: 'restored' });
    expect(proof.notes).toContainEqual(expect.stringContaining('role made_here'));
    await database.session.query('DROP OWNED BY made_here; DROP ROLE made_here');
  });

  it.each([
    'UPDATE t SET n = -n; UPDATE t SET n = 1 - n',
    'UPDATE t SET n = -n; UPDATE t SET n = 31 + n',
    'DELETE FROM t WHERE id = 1; UPDATE t SET id = -id; UPDATE t SET id = -id - 1',
  ])('gives values of a second key back whatever order they need: %s', async (up) => {
    const setup = `CREATE TABLE t (id int PRIMARY KEY, n int NOT NULL UNIQUE); INSERT INTO t SELECT i, i FROM generate_series(1, 30) i`;
    expect(await prove(setup, up.split('; '))).toMatchObject({ verdict: 'restored', difference: [] });
  });
});
