import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generateRollback } from '../../../../src/back/rollback/generate-rollback.js';
import { openProofDatabase, type ProofDatabase } from '../../../../src/back/rollback/prove/proof-database.js';
import { proveRollback } from '../../../../src/back/rollback/prove/prove-rollback.js';
import { readState } from '../../../../src/back/rollback/prove/read-state.js';
import { loadParser } from '../../../../src/foundation/sql/parse.js';
import { openEmbeddedStage } from '../../../../src/foundation/stage/open-embedded-stage.js';
import type { Stage } from '../../../../src/foundation/stage/stage.js';
import { migrationOf } from '../../../support/script.js';

describe.each([15, 18] as const)('PostgreSQL %i', (major) => {
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

  const prove = async (up: readonly string[], mode: 'single' | 'none') => {
    await database.session.query(`DROP SCHEMA public CASCADE; CREATE SCHEMA public;
      CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, n numeric(6, 3));
      INSERT INTO t (name, n) VALUES ('a', 1.125), ('b', 2)`);
    const proven = await proveRollback(database, migrationOf('up', up, mode), {
      ways: [{ origin: 'generated', generate: generateRollback }],
      before: null,
      timeLimitMs: 30_000,
      checkApplication: null,
      signal: new AbortController().signal,
    });
    return { ...proven, proof: proven.proofs[0] };
  };

  const changes = [
    ['ALTER TABLE t DROP COLUMN name'],
    ['DROP TABLE t'],
    [`UPDATE t SET name = 'x'`, `INSERT INTO t (name) VALUES ('c')`],
    ['TRUNCATE t'],
    ['ALTER TABLE t ALTER COLUMN n TYPE int'],
  ];

  test.each(
    changes.flatMap((up) => [
      { up, mode: 'single' as const },
      { up, mode: 'none' as const },
    ]),
  )('$up ($mode) is restored with its data', async ({ up, mode }) => {
    const { proof, applied, after } = await prove(up, mode);
    expect(proof).toMatchObject({ verdict: 'restored', reason: null, dataKept: true });
    expect(applied).toBe(true);
    expect(after).toEqual(await readState(database.session));
    const { rows } = await database.session.query(`SELECT FROM pg_namespace WHERE nspname = 'lockkeeper_keep'`);
    expect(rows).toEqual([]);
  });

  test('what commits statement by statement is restored from every stop', async () => {
    const up = [`UPDATE t SET name = 'x'`, 'ALTER TABLE t DROP COLUMN n', 'CREATE INDEX CONCURRENTLY ON t (name)'];
    const { proof } = await prove(up, 'none');
    expect(proof).toMatchObject({ verdict: 'restored', reason: null, dataKept: true });
  });
});
