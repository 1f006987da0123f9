import { beforeAll, describe, expect, test } from 'vitest';
import { complexityOf, rollbackText, type RollbackFacts } from '../../../../src/back/rollback/script/rollback-text.js';
import { verificationQuery } from '../../../../src/back/rollback/script/verification-query.js';
import { disturbsOldApplication } from '../../../../src/back/rollback/story/disturbs-old-application.js';
import { readClaims } from '../../../../src/foundation/project/claims.js';
import { loadParser } from '../../../../src/foundation/sql/parse.js';
import type { JsonValue } from '../../../../src/model/json.js';
import type { Migration, Script } from '../../../../src/model/migration.js';
import type { ObjectKind, SchemaSnapshot, SnapshotObject } from '../../../../src/model/schema-snapshot.js';

beforeAll(() => loadParser());

function object(
  kind: ObjectKind,
  identity: string,
  { parent = null, structure = {} }: { parent?: string | null; structure?: Readonly<Record<string, JsonValue>> } = {},
): SnapshotObject {
  const facts = { structure: { is: kind, ...structure }, order: {}, access: {}, physical: {}, position: {} };
  return { kind, identity, parent, facts, dependsOn: [] };
}

const snapshot = (...objects: readonly SnapshotObject[]): SchemaSnapshot => ({ major: 17, objects });

function script(...sql: readonly string[]): Script {
  const span = { path: 'x', line: 1, column: 1, endLine: 1 };
  return {
    path: 'x',
    transaction: { mode: 'single', reason: '' },
    statements: sql.map((one) => ({ sql: one, span, copyData: null })),
  };
}

const users = object('table', 'public.users');
const email = object('column', 'public.users.email', { parent: 'table public.users' });
const migration: Migration = {
  ...script('SELECT 1'),
  path: '0007_x.sql',
  id: '0007',
  name: 'x',
  down: null,
  repeatable: false,
  claims: [],
  sources: [],
};

const facts: RollbackFacts = {
  migration,
  script: script('DROP INDEX i'),
  before: snapshot(users),
  after: snapshot(users),
  downMs: 3.2,
  serverVersion: '17.10',
  stageOwner: 'postgres',
  remarks: [],
  next: null,
  date: '2026-01-02',
  toolVersion: '1.2.3',
};

describe('the head of a rollback', () => {
  test('says what it takes back, when it was made, how long it took, and that it is to be tested', () => {
    const { header } = rollbackText({ ...facts, remarks: ['rows are\ncomputed anew'], next: '0008_y.sql' });
    const text = header.join('\n');
    expect(header.slice(0, 4)).toEqual([
      'Rollback for 0007_x.sql',
      'Generated: 2026-01-02 by lockkeeper 1.2.3',
      'Complexity: MEDIUM',
      'Estimated Duration: 4 ms',
    ]);
    expect(text).toContain('WARNING: Test this rollback script');
    expect(text).toContain('WARNING: rows are computed anew');
    expect(header.at(-1)).toContain('after the rollback of 0008_y.sql');
  });

  test('makes the promises that a reader of headers understands', () => {
    const text = rollbackText(facts)
      .header.map((line) => `-- ${line}`)
      .join('\n');
    expect(readClaims(text, 1)).toMatchObject([
      { kind: 'complexity', level: 'LOW' },
      { kind: 'duration', durationMs: 4 },
    ]);
  });

  test.each([
    ['LOW', ['DROP INDEX i'], []],
    ['MEDIUM', ['ALTER TABLE t DROP COLUMN a'], []],
    ['MEDIUM', ['DROP INDEX i'], ['not exactly']],
    ['HIGH', ['DROP TABLE t'], ['not exactly']],
    ['HIGH', ['DROP INDEX CONCURRENTLY i'], []],
  ] as const)('%s: %o, %o', (level, sql, remarks) => {
    expect(complexityOf(script(...sql), remarks)).toBe(level);
  });
});

describe('the parts', () => {
  test('what refuses a transaction stands alone, and settings hold in each transaction', () => {
    const sql = ['SET LOCAL check_function_bodies = off', 'DROP VIEW v', 'DROP INDEX CONCURRENTLY i', 'DROP TABLE t'];
    expect(rollbackText({ ...facts, script: script(...sql) }).parts).toEqual([
      { transactional: true, statements: sql.slice(0, 2) },
      { transactional: false, statements: ['DROP INDEX CONCURRENTLY i'] },
      { transactional: true, statements: [sql[0], 'DROP TABLE t'] },
    ]);
  });

  test('the superuser of the stage owns nothing in production', () => {
    const sql = [
      'CREATE TYPE public.e AS ENUM ()',
      'ALTER TYPE public.e OWNER TO postgres',
      'ALTER TYPE public.f OWNER TO postgres',
    ];
    const kept = (stageOwner: string | null) =>
      rollbackText({ ...facts, stageOwner, script: script(...sql) }).parts[0]?.statements;
    expect(kept('postgres')).toEqual([sql[0], sql[2]]);
    expect(kept(null)).toEqual(sql);
  });
});

describe('the verification', () => {
  test('asks for what came and went, and not for the parts of what went whole', () => {
    const odd = object('column', 'public.users."A ""b"" \'c"', { parent: 'table public.users' });
    const rule = object('constraint', 'ok on public.users', { parent: 'table public.users' });
    const query = verificationQuery(snapshot(users, odd), snapshot(users, rule)) ?? '';
    expect(query).toContain(`attname = 'A "b" ''c'`);
    expect(query).toContain("conname = 'ok'");
    expect(query).toContain('constraint ok on public.users is gone');
    const whole = verificationQuery(snapshot(users, email), snapshot()) ?? '';
    expect(whole).toBe(
      `SELECT 'table public.users is back' AS "check", pg_catalog.to_regclass('public.users') IS NOT NULL AS ok`,
    );
    expect(verificationQuery(snapshot(users), snapshot(users))).toBeNull();
  });
});

describe('what an old program stumbles over', () => {
  const column = (structure: Readonly<Record<string, JsonValue>>) =>
    object('column', 'public.users.x', { parent: 'table public.users', structure });
  const partOf = (kind: ObjectKind, structure: Readonly<Record<string, JsonValue>> = {}) =>
    object(kind, 'x on public.users', { parent: 'table public.users', structure });

  test.each([
    [
      'a new table with a trigger',
      [],
      [object('table', 'public.n'), object('trigger', 't on public.n', { parent: 'table public.n' })],
    ],
    ['a new column that may be empty', [], [column({})]],
    ['a new column with a default', [], [column({ notNull: true, default: '0' })]],
    ['a column that may now be empty', [column({ notNull: true })], [column({})]],
    ['an index', [], [partOf('index', { definition: 'CREATE INDEX x ON public.users (a)' })]],
    ['a constraint less', [partOf('constraint')], []],
  ] as const)('not %s', (_what, before, after) => {
    expect(disturbsOldApplication(snapshot(users, ...before), snapshot(users, ...after))).toEqual([]);
  });

  test.each([
    ['a column less', [column({})], []],
    ['a new column that wants a value', [], [column({ notNull: true })]],
    ['another type', [column({ type: 'integer' })], [column({ type: 'text' })]],
    ['a column that may no longer be empty', [column({})], [column({ notNull: true })]],
    ['a constraint', [], [partOf('constraint')]],
    ['a trigger', [], [partOf('trigger')]],
    ['a unique index', [], [partOf('index', { definition: 'CREATE UNIQUE INDEX x ON public.users (a)' })]],
  ] as const)('%s', (_what, before, after) => {
    expect(disturbsOldApplication(snapshot(users, ...before), snapshot(users, ...after))).toHaveLength(1);
  });
});
