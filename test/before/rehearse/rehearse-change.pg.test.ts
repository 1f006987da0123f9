import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rehearseChange } from '../../../src/before/rehearse/rehearse-change.js';
import { loadParser } from '../../../src/foundation/sql/parse.js';
import { openEmbeddedStage } from '../../../src/foundation/stage/open-embedded-stage.js';
import type { Stage } from '../../../src/foundation/stage/stage.js';
import type { Migration } from '../../../src/model/migration.js';
import type { LockTrace } from '../../../src/model/locks.js';
import { migrationOf } from '../../support/script.js';

const majors = [15, 16, 17, 18] as const;

const quiet = {
  transactionScope: 'migration',
  trafficPerSecond: null,
  role: null,
  twice: false,
  signal: new AbortController().signal,
  onProgress: () => undefined,
} as const;

const setup = migrationOf('setup', [
  'CREATE TABLE users (id bigint PRIMARY KEY, email text, age int)',
  'CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint, note varchar(10))',
  'CREATE INDEX orders_user ON orders (user_id)',
  "INSERT INTO users SELECT i, 'u' || i, i % 90 FROM generate_series(1, 50000) i",
  "INSERT INTO orders SELECT i, i % 1000 + 1, 'n' FROM generate_series(1, 2000) i",
]);

const lockNames = (locks: readonly LockTrace[]): readonly string[] =>
  locks.filter((lock) => lock.created === undefined).map((lock) => `${lock.relation} ${lock.mode}`);

describe.each(majors)('on PostgreSQL %i', (major) => {
  let stage: Stage;
  beforeAll(async () => {
    await loadParser();
    stage = await openEmbeddedStage({ major, serverBin: null, standby: false });
    const { migrations } = await rehearseChange(stage, [setup], quiet);
    expect(migrations[0]?.state).toEqual({ kind: 'applied' });
  });
  afterAll(async () => {
    await stage?.[Symbol.asyncDispose]();
  });

  const run = async (...change: readonly Migration[]) => (await rehearseChange(stage, change, quiet)).migrations;

  it('sees locks, rewrites, scans and rows of DDL in a transaction', async () => {
    const [trace] = await run(
      migrationOf('ddl', [
        'ALTER TABLE orders ALTER COLUMN note TYPE varchar(5)',
        'ALTER TABLE users ALTER COLUMN email SET NOT NULL',
        'ALTER TABLE orders ADD CONSTRAINT orders_user_fk FOREIGN KEY (user_id) REFERENCES users (id)',
        'UPDATE users SET age = age + 1 WHERE id <= 10',
        'CREATE TABLE fresh (id int)',
      ]),
    );
    const [retype, notNull, foreignKey, update, create] = trace?.statements ?? [];
    expect(retype?.rewrites).toEqual(['public.orders']);
    expect(lockNames(retype?.locks ?? [])).toContain('public.orders AccessExclusiveLock');
    expect(retype?.walBytes).toBeGreaterThan(0);
    expect(notNull?.scans).toEqual(['public.users']);
    expect(lockNames(foreignKey?.locks ?? [])).toContain('public.users ShareRowExclusiveLock');
    expect(update?.rowsWritten).toBe(10);
    expect(update?.scans).toEqual([]);
    expect(update?.io?.blocksHit).toBeGreaterThan(0);
    expect(create?.locks.every((lock) => lock.created)).toBe(true);
    expect(create?.newFiles).toEqual(['public.fresh']);
    expect(retype?.locks[0]?.heldMs).toBeGreaterThan(notNull?.durationMs ?? Number.POSITIVE_INFINITY);
  });

  it('sees the locks of statements that refuse a transaction block', async () => {
    const [trace] = await run(
      migrationOf('concurrent', ['CREATE INDEX CONCURRENTLY users_age ON users (age)', 'VACUUM FULL users'], 'none'),
    );
    const [build, vacuum] = trace?.statements ?? [];
    expect(build?.transactionBlock).toBe('refused');
    expect(lockNames(build?.locks ?? [])).toContain('public.users ShareUpdateExclusiveLock');
    expect(build?.newFiles).toEqual(['public.users_age']);
    expect(build?.scans).toEqual(['public.users']);
    expect(lockNames(vacuum?.locks ?? [])).toContain('public.users AccessExclusiveLock');
    expect(vacuum?.rewrites).toEqual(['public.users']);
  });

  it('names relations that a statement drops or renames as traffic knows them', async () => {
    const [trace] = await run(
      migrationOf('drop', ['CREATE TABLE doomed (id int PRIMARY KEY)', 'CREATE TABLE renamed (id int)']),
      migrationOf('drop-2', ['DROP TABLE doomed', 'ALTER TABLE renamed RENAME TO again', 'DROP TABLE again']),
    ).then((migrations) => migrations.slice(1));
    const [drop, rename] = trace?.statements ?? [];
    expect(lockNames(drop?.locks ?? [])).toEqual(
      expect.arrayContaining(['public.doomed AccessExclusiveLock', 'public.doomed_pkey AccessExclusiveLock']),
    );
    expect(lockNames(rename?.locks ?? [])).toEqual(['public.renamed AccessExclusiveLock']);
  });

  it('says what remains after a failure', async () => {
    const [failed, next] = await run(
      migrationOf('broken', ['CREATE TABLE never (id int)', 'SELECT * FROM nowhere']),
      migrationOf('later', ['SELECT 1']),
    );
    expect(failed?.state).toEqual({ kind: 'rolled-back' });
    expect(failed?.statements[1]?.error).toMatchObject({ code: '42P01', line: 2, column: 15 });
    expect(next?.state).toEqual({ kind: 'not-run' });
  });
});
