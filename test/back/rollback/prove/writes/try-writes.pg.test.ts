import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generateRollback } from '../../../../../src/back/rollback/generate-rollback.js';
import { openProofDatabase, type ProofDatabase } from '../../../../../src/back/rollback/prove/proof-database.js';
import { proveRollback } from '../../../../../src/back/rollback/prove/prove-rollback.js';
import type { WayBack } from '../../../../../src/back/rollback/prove/way-back.js';
import { loadParser } from '../../../../../src/foundation/sql/parse.js';
import { openEmbeddedStage } from '../../../../../src/foundation/stage/open-embedded-stage.js';
import type { Stage } from '../../../../../src/foundation/stage/stage.js';
import { migrationOf } from '../../../../support/script.js';

const setting = `DROP SCHEMA public CASCADE; CREATE SCHEMA public;
  CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text NOT NULL UNIQUE, n int CHECK (n > 0), old text);
  CREATE TABLE orders (id serial PRIMARY KEY, user_id bigint NOT NULL REFERENCES users, note text);
  INSERT INTO users (email, n, old) VALUES ('a', 1, 'x'), ('b', 2, 'y'); INSERT INTO orders (user_id, note) VALUES (1, 'one')`;

const generated: WayBack = { origin: 'generated', generate: generateRollback };
const written = (down: readonly string[]): WayBack => ({ origin: 'written', script: migrationOf('down', down) });

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

  const prove = async (up: readonly string[], way: WayBack, mode: 'single' | 'none' = 'single') => {
    await database.session.query(setting);
    const { proofs } = await proveRollback(database, migrationOf('up', up, mode), {
      ways: [way],
      before: null,
      timeLimitMs: 60_000,
      checkApplication: null,
      integrity: true,
      writes: true,
      signal: new AbortController().signal,
    });
    const [proof] = proofs;
    if (proof === undefined) throw new Error('nothing was proved');
    return proof;
  };

  test.each([
    { up: ['ALTER TABLE users ADD COLUMN name text'], mode: 'single' as const },
    { up: ['ALTER TABLE users DROP COLUMN old', `UPDATE users SET n = n + 1`], mode: 'single' as const },
    { up: ['ALTER TABLE users RENAME TO people', 'ALTER TABLE people RENAME email TO mail'], mode: 'single' as const },
    { up: ['ALTER TABLE users DROP COLUMN old'], mode: 'none' as const },
  ])('new rows and changes survive the generated rollback of $up ($mode)', async ({ up, mode }) => {
    const proof = await prove(up, generated, mode);
    expect(proof).toMatchObject({ verdict: 'restored', writes: { lost: [] } });
    // The key of the other table names what was renamed: that is touched too.
    const tables = up.some((sql) => sql.includes('RENAME')) ? 2 : 1;
    expect(proof.writes).toMatchObject({ rows: 2 * tables, updates: tables });
  });

  test('says what cannot be held, and leaves sequences and rows as they were', async () => {
    const proof = await prove(
      [
        'ALTER TABLE users ALTER n TYPE bigint, ALTER email DROP NOT NULL, ADD COLUMN name text',
        'CREATE TABLE more (id int)',
      ],
      generated,
    );
    expect(proof).toMatchObject({ verdict: 'restored', writes: { rows: 2, lost: [] } });
    expect(proof.writes?.notHeld.toSorted()).toEqual([
      'NULL in the column public.users.email',
      'rows of public.more go with the table',
      'values of the column public.users.n that are no integer',
      'values of the column public.users.name go with it',
    ]);
    const { rows } = await database.session.query(
      `SELECT count(*)::int AS count, nextval('users_id_seq')::int AS next FROM users`,
    );
    expect(rows).toEqual([{ count: 2, next: 3 }]);
  });

  test('a written rollback that takes new rows away is told of, and one that leaves orphans falls short', async () => {
    const lossy = await prove(
      ['ALTER TABLE users ADD COLUMN name text'],
      written(['DELETE FROM users WHERE id > 2', 'ALTER TABLE users DROP COLUMN name']),
    );
    expect(lossy).toMatchObject({
      verdict: 'restored',
      writes: { rows: 2, lost: ['public.users: 2 rows written after the change are lost'] },
      notes: ['public.users: 2 rows written after the change are lost'],
    });
    await database.session.query(setting);
    const orphaned = await prove(
      [
        `COMMENT ON TABLE orders IS 'lockkeeper: soft reference (note) to public.users (old)'`,
        'ALTER TABLE orders ADD COLUMN extra int',
      ],
      written(['COMMENT ON TABLE orders IS NULL', 'ALTER TABLE orders DROP COLUMN extra']),
    );
    expect(orphaned.integrity).toMatchObject({
      afterUp: [{ kind: 'orphans', relation: 'public.orders', rows: 1 }],
      afterDown: [],
    });
  });

  test('orphans that only the rollback makes are its fault', async () => {
    const proof = await prove(
      ['ALTER TABLE users ADD COLUMN name text', 'ALTER TABLE orders ADD COLUMN extra int'],
      written([
        'ALTER TABLE orders DROP COLUMN extra',
        'ALTER TABLE users DROP COLUMN name',
        'ALTER TABLE orders DISABLE TRIGGER ALL',
        'UPDATE orders SET user_id = 999 WHERE id > 1',
        'ALTER TABLE orders ENABLE TRIGGER ALL',
      ]),
    );
    expect(proof).toMatchObject({
      verdict: 'not-restored',
      reason: expect.stringContaining('leaves rows that the schema does not allow'),
      difference: expect.arrayContaining([
        expect.stringMatching(/^public\.orders: 2 rows refer to nothing by orders_user_id_fkey/),
      ]),
    });
  });
});
