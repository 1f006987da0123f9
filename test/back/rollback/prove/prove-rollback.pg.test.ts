import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openProofDatabase, type ProofDatabase } from '../../../../src/back/rollback/prove/proof-database.js';
import type { ProofOptions } from '../../../../src/back/rollback/prove/proof-run.js';
import { proveRollback } from '../../../../src/back/rollback/prove/prove-rollback.js';
import type { GenerateRollback, WayBack } from '../../../../src/back/rollback/prove/way-back.js';
import { loadParser } from '../../../../src/foundation/sql/parse.js';
import { openEmbeddedStage } from '../../../../src/foundation/stage/open-embedded-stage.js';
import type { Stage } from '../../../../src/foundation/stage/stage.js';
import { migrationOf } from '../../../support/script.js';
import { plantedDefects, setting } from './planted-defects.js';
import { isTriedOn } from '../../../support/tried-majors.js';

const options: Omit<ProofOptions, 'ways'> = {
  before: null,
  timeLimitMs: 30_000,
  checkApplication: null,
  signal: new AbortController().signal,
};

const written = (statements: readonly string[], mode: 'single' | 'none' = 'single'): WayBack => ({
  origin: 'written',
  script: migrationOf('down', statements, mode),
});

describe.each([15, 16, 17, 18] as const)('on PostgreSQL %i', (major) => {
  let stage: Stage;
  let database: ProofDatabase;

  beforeAll(async () => {
    await loadParser();
    stage = await openEmbeddedStage({ major, serverBin: null, standby: false });
    database = await openProofDatabase(stage);
    await database.session.query('CREATE ROLE reader; CREATE ROLE writer');
  });
  afterAll(async () => {
    await database?.[Symbol.asyncDispose]();
    await stage?.[Symbol.asyncDispose]();
  });

  const furnish = async () => {
    await database.session.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
    await database.session.query(setting);
  };

  const prove = async (up: ReturnType<typeof migrationOf>, way: WayBack, more: Partial<ProofOptions> = {}) => {
    await furnish();
    const { proofs, applied } = await proveRollback(database, up, { ...options, ...more, ways: [way] });
    const [proof] = proofs;
    if (proof === undefined) throw new Error('nothing was proved');
    return { ...proof, applied };
  };

  it.each(plantedDefects.filter((_, at) => isTriedOn(major, at)))(
    'sees $title',
    async ({ up, down, difference, dataKept = true, mode }) => {
      const { applied, ...proof } = await prove(
        migrationOf('up', up, mode),
        written(down, mode === 'none' ? mode : 'single'),
      );
      expect(proof.reason === null).toBe(difference === null);
      expect(proof.verdict).toBe(difference === null ? 'restored' : 'not-restored');
      if (difference === null) expect(proof.difference).toEqual([]);
      else expect(proof.difference).toContainEqual(expect.stringMatching(difference));
      expect(proof.dataKept).toBe(dataKept);
      expect(applied).toBe(true);
    },
  );

  it('says the order of columns apart', async () => {
    const proof = await prove(
      migrationOf('up', ['ALTER TABLE loose ADD COLUMN b int, ADD COLUMN c int', 'ALTER TABLE loose DROP COLUMN b']),
      written(['ALTER TABLE loose DROP COLUMN c']),
    );
    expect(proof).toMatchObject({ verdict: 'restored', columnOrder: [] });
    const moved = await prove(
      migrationOf('up', ['ALTER TABLE items DROP COLUMN note']),
      written([
        'ALTER TABLE items ADD COLUMN note text',
        'ALTER TABLE items ALTER COLUMN note SET STORAGE EXTERNAL',
        "COMMENT ON COLUMN items.note IS 'what people say'",
        "UPDATE items SET note = 'note ' || id",
      ]),
    );
    expect(moved).toMatchObject({ verdict: 'restored', columnOrder: [], dataKept: true });
    const between = await prove(
      migrationOf('up', ['ALTER TABLE items DROP COLUMN price CASCADE']),
      written([
        'ALTER TABLE items ADD COLUMN price numeric(10, 2)',
        'GRANT SELECT (price) ON items TO writer',
        'UPDATE items SET price = id',
        'CREATE VIEW cheap AS SELECT id, name FROM items WHERE price < 10',
      ]),
    );
    expect(between).toMatchObject({ verdict: 'restored', columnOrder: ['public.items'] });
  });

  it('applies the change exactly once', async () => {
    await prove(migrationOf('up', ['INSERT INTO loose VALUES (1)']), written(['DELETE FROM loose WHERE amount = 1']));
    const { rows } = await database.session.query('SELECT count(*)::int AS count FROM loose');
    expect(rows[0]?.['count']).toBe(2);
  });

  it('says what fails', async () => {
    const broken = await prove(migrationOf('up', ['SELECT * FROM nowhere']), written([]));
    expect(broken).toMatchObject({ verdict: 'failed', applied: false, reason: expect.stringContaining('nowhere') });
    const noWayBack = await prove(migrationOf('up', ['CREATE TABLE t ()']), written(['DROP TABLE nowhere']));
    expect(noWayBack).toMatchObject({
      verdict: 'failed',
      applied: true,
      reason: expect.stringContaining('rollback fails'),
    });
    const notAgain = await prove(
      migrationOf('up', ['CREATE TABLE t ()']),
      written([
        "DROP TABLE t; CREATE FUNCTION refuse() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''no''; END'",
      ]),
    );
    expect(notAgain.verdict).toBe('not-restored');
    const nothing = await prove(migrationOf('up', ['CREATE TABLE t ()']), { origin: 'written', script: null });
    expect(nothing).toMatchObject({ verdict: 'no-rollback', applied: true });
  });

  it('sees that it leads elsewhere when it is applied again', async () => {
    const proof = await prove(
      migrationOf('up', [
        'CREATE TABLE IF NOT EXISTS t ()',
        "DO $$ BEGIN IF to_regclass('tried') IS NOT NULL THEN ALTER TABLE t ADD c int; END IF; END $$",
      ]),
      written(['DROP TABLE t', 'CREATE TEMP TABLE tried ()']),
    );
    expect(proof.verdict).toBe('restored');
    const kept = await prove(
      migrationOf('up', ["DO $$ BEGIN EXECUTE format('CREATE TABLE t (c%s int)', nextval('tickets')); END $$"]),
      written(['DROP TABLE t']),
    );
    expect(kept).toMatchObject({
      verdict: 'not-restored',
      difference: expect.arrayContaining([expect.stringMatching(/^applied again: column public\.t\.c/)]),
    });
  });

  it('ends what takes too long', async () => {
    const slow = await prove(
      migrationOf('up', ['CREATE TABLE t ()']),
      written(['DROP TABLE t', 'SELECT pg_sleep(20)']),
      {
        timeLimitMs: 1_500,
      },
    );
    expect(slow).toMatchObject({ verdict: 'failed', reason: 'it took longer than 1.5 s', applied: true });
  });

  it('tells the application that it is half-way', async () => {
    const seen: string[] = [];
    const proof = await prove(migrationOf('up', ['CREATE TABLE t ()']), written(['DROP TABLE t']), {
      checkApplication: async ({ session }, when) => {
        const { rows } = await session.query("SELECT to_regclass('public.t') IS NOT NULL AS there");
        seen.push(`${when}: ${String(rows[0]?.['there'])}`);
        return when === 'after up again' ? 'the tests fail' : null;
      },
    });
    expect(seen).toEqual(['after up: true', 'after down: false', 'after up again: true']);
    expect(proof).toMatchObject({ verdict: 'failed', reason: 'the tests fail' });
  });

  it('goes back from every statement behind which a migration can stop', async () => {
    const up = migrationOf(
      'up',
      ['CREATE TABLE one ()', 'CREATE TABLE two ()', 'CREATE INDEX CONCURRENTLY ON items (price)'],
      'none',
    );
    const counts: number[] = [];
    const generate =
      (forgets: number): GenerateRollback =>
      ({ migration: { statements } }) => {
        counts.push(statements.length);
        const drops = ['DROP TABLE one', 'DROP TABLE two', 'DROP INDEX items_price_idx'].slice(0, statements.length);
        const kept = statements.length === forgets ? drops.slice(1) : drops;
        return { kind: 'script', script: migrationOf('back', kept), keep: null, notes: [] };
      };
    const right = await prove(up, { origin: 'generated', generate: generate(0) });
    expect(right).toMatchObject({ verdict: 'restored', reason: null });
    expect(counts).toEqual([3, 1, 2]);
    const wrong = await prove(up, { origin: 'generated', generate: generate(2) });
    expect(wrong).toMatchObject({
      verdict: 'not-restored',
      reason: 'after a failure behind statement 2 of 3 the rollback does not restore what was',
      difference: ['table public.one is left over'],
    });
  });
});
