import { beforeAll, describe, expect, test } from 'vitest';
import { findChangeHazards, findHazards } from '../../../../../src/before/classify/find-hazards.js';
import { judgeMigration } from '../../../../../src/before/classify/judge-migration.js';
import { defaultPolicy } from '../../../../../src/before/classify/policy.js';
import {
  columnRules,
  constraintRules,
  indexRules,
} from '../../../../../src/before/classify/rules/availability/index.js';
import type { RelationSize } from '../../../../../src/before/classify/rule-context.js';
import { loadParser } from '../../../../../src/foundation/sql/parse.js';
import type { RuleFinding } from '../../../../../src/model/classification.js';
import { migrationOf } from './migration-of.js';

const rules = [...columnRules, ...constraintRules, ...indexRules];

interface Given {
  readonly mode?: 'single' | 'implicit' | 'none';
  readonly major?: number;
  readonly sizes?: ReadonlyMap<string, RelationSize>;
}

function judge(sql: string, { mode = 'none', major = 17, sizes = new Map() }: Given = {}): readonly RuleFinding[] {
  const judged = judgeMigration(migrationOf(sql, mode), {
    major,
    policy: defaultPolicy,
    schemaBefore: () => null,
    sizes,
    text: sql,
    changedBefore: null,
    failure: null,
  });
  const ofChange = [...findChangeHazards(rules, [judged], defaultPolicy).values()].flat();
  return [...findHazards(rules, judged, defaultPolicy), ...ofChange].map(({ finding }) => finding);
}

const ids = (sql: string, given: Given = {}): readonly string[] => judge(sql, given).map(({ id }) => id);

beforeAll(loadParser);

describe('nothing is said', () => {
  test.each([
    ['of an index', 'CREATE INDEX made_at ON made (at);'],
    ['of a unique constraint', 'ALTER TABLE made ADD CONSTRAINT made_once UNIQUE (at);'],
    ['of a check', 'ALTER TABLE made ADD CHECK (at IS NOT NULL);'],
    ['of NOT NULL', 'ALTER TABLE made ALTER COLUMN at SET NOT NULL;'],
    ['of a type change', 'ALTER TABLE made ALTER COLUMN id TYPE numeric;'],
    ['of a serial column', 'ALTER TABLE made ADD COLUMN number bigserial;'],
    ['of an exclusion', 'ALTER TABLE made ADD EXCLUDE USING gist (at WITH =);'],
  ])('%s of a table that the migration made', (_, sql) => {
    expect(ids(`CREATE TABLE made (id bigint PRIMARY KEY, at date); ${sql}`)).toEqual([]);
  });

  test.each([
    ['a constant default', "ALTER TABLE orders ADD COLUMN state text NOT NULL DEFAULT 'new';"],
    ['now() as the default', 'ALTER TABLE orders ADD COLUMN at timestamptz NOT NULL DEFAULT now();'],
    ['statistics', 'ALTER TABLE orders ALTER COLUMN at SET STATISTICS 500;'],
    ['a default that is set', 'ALTER TABLE orders ALTER COLUMN token SET DEFAULT gen_random_uuid();'],
    ['a key that takes an index', 'ALTER TABLE orders ADD CONSTRAINT one UNIQUE USING INDEX one;'],
    ['the frame of an index on partitions', 'CREATE INDEX events_at ON ONLY events (at);'],
    ['a virtual column', 'ALTER TABLE orders ADD COLUMN gross int GENERATED ALWAYS AS (net * 2) VIRTUAL;'],
    ['a key that is not enforced', 'ALTER TABLE orders ADD CHECK (net > 0) NOT ENFORCED;'],
    [
      'an index that is dropped, in case, before it is built',
      'DROP INDEX CONCURRENTLY IF EXISTS by_at; CREATE INDEX CONCURRENTLY by_at ON orders (at);',
    ],
    [
      'NOT NULL that is added NOT VALID',
      'ALTER TABLE orders ADD CONSTRAINT n NOT NULL at NOT VALID; ALTER TABLE orders VALIDATE CONSTRAINT n;',
    ],
  ])('of %s', (_, sql) => {
    expect(ids(sql, { major: 18 })).toEqual([]);
  });

  test('of one statement that a tool sends by itself', () => {
    const sql = 'CREATE INDEX CONCURRENTLY by_at ON orders (at);';
    expect(ids(sql, { mode: 'implicit' })).toEqual([]);
    expect(ids(`SELECT 1; ${sql}`, { mode: 'implicit' })).toEqual(['concurrently-in-transaction']);
  });

  test('of a key with an index elsewhere in the change', () => {
    const table = 'CREATE TABLE lines (id bigint PRIMARY KEY, order_id bigint REFERENCES orders (id));';
    expect(ids(table)).toContain('foreign-key-without-index');
    expect(ids(`${table} CREATE INDEX ON lines (order_id, id);`)).not.toContain('foreign-key-without-index');
    expect(ids(`${table} CREATE INDEX ON lines (id, order_id);`)).toContain('foreign-key-without-index');
  });
});

describe('what is said', () => {
  test('weighs less on a table that is known to be small', () => {
    const sizes = new Map([['public.orders', { rows: 40, bytes: 8192 }]]);
    const [finding] = judge('ALTER TABLE orders ADD CHECK (net > 0);', { sizes });
    expect(finding).toMatchObject({ id: 'add-check-validated', severity: 'info' });
    expect(finding?.gradedDown).toContain('40 rows');
    const large = new Map([['public.orders', { rows: 4_000_000, bytes: 1 << 30 }]]);
    expect(judge('ALTER TABLE orders ADD CHECK (net > 0);', { sizes: large })[0]?.severity).toBe('error');
  });

  test.each([
    ['ALTER TABLE orders ALTER COLUMN net TYPE bigint;', 'change-column-type'],
    ['ALTER TABLE orders ALTER COLUMN at SET NOT NULL;', 'set-not-null-scans'],
    ['ALTER TABLE orders ALTER COLUMN at TYPE timestamptz;', 'timestamp-conversion-rewrites'],
    ['ALTER DOMAIN email ADD CHECK (VALUE IS NOT NULL);', 'domain-constraint-scans'],
  ])('is only possible where the text cannot know: %s', (sql, id) => {
    expect(judge(sql)).toMatchObject([{ id, certainty: 'possible' }]);
  });

  test('of bigint to timestamp is a type change, not a change of zones', () => {
    expect(ids('ALTER TABLE orders ALTER COLUMN at TYPE timestamptz USING to_timestamp(at);')).toEqual([
      'change-column-type',
    ]);
  });

  test('of NOT NULL depends on what the validated check proves', () => {
    const after = (check: string): readonly string[] =>
      ids(`ALTER TABLE orders ADD CONSTRAINT c CHECK (${check}) NOT VALID;
        ALTER TABLE orders VALIDATE CONSTRAINT c; ALTER TABLE orders ALTER COLUMN at SET NOT NULL;`);
    expect(after('at IS NOT NULL')).toEqual([]);
    expect(after('at > 0')).toEqual(['set-not-null-scans']);
    expect(after('other IS NOT NULL')).toEqual(['set-not-null-scans']);
  });

  test('of a reference is a note where a lock_timeout bounds the wait', () => {
    const table = 'CREATE TABLE lines (id bigint PRIMARY KEY, order_id bigint REFERENCES orders (id));';
    const severityOf = (sql: string, mode: Given['mode']): string | undefined =>
      judge(sql, { mode }).find(({ id }) => id === 'inline-references')?.severity;
    expect(severityOf(table, 'none')).toBe('warning');
    expect(severityOf(`SET lock_timeout = '2s'; ${table}`, 'none')).toBe('info');
    expect(severityOf(`SET lock_timeout = '2s'; ${table}`, 'single')).toBe('warning');
  });
});

describe('what to paste', () => {
  const insteadOf = (sql: string, given: Given = {}): string | null | undefined => judge(sql, given)[0]?.instead;

  test('keeps the other sub-commands, and commas and quotes inside each', () => {
    const sql = `ALTER TABLE ONLY "Or,ders" ADD COLUMN a numeric(10,2), ADD CHECK (note <> 'a, b' AND x IN (1,2)), ADD COLUMN é text;`;
    expect(insteadOf(sql)?.split('\n')).toEqual([
      `ALTER TABLE ONLY "Or,ders" ADD COLUMN a numeric(10,2), ADD CONSTRAINT "Or,ders_check" CHECK (note <> 'a, b' AND x IN (1,2)) NOT VALID, ADD COLUMN é text;`,
      '-- In a transaction of its own:',
      'ALTER TABLE "Or,ders" VALIDATE CONSTRAINT "Or,ders_check";',
    ]);
  });

  test('adds the check of a new column after the column', () => {
    const sql = "ALTER TABLE orders ADD COLUMN état text CONSTRAINT known CHECK (état IN ('a', 'b')) DEFAULT 'a';";
    expect(insteadOf(sql)?.split('\n')).toEqual([
      `ALTER TABLE orders ADD COLUMN état text DEFAULT 'a';`,
      `ALTER TABLE orders ADD CONSTRAINT known CHECK (état IN ('a', 'b')) NOT VALID;`,
      '-- In a transaction of its own:',
      'ALTER TABLE orders VALIDATE CONSTRAINT known;',
    ]);
  });

  test('carries the options of a unique constraint over to its index', () => {
    const sql =
      'ALTER TABLE s.users ADD CONSTRAINT once UNIQUE NULLS NOT DISTINCT (email, "Kind") INCLUDE (name) WITH (fillfactor=70) DEFERRABLE INITIALLY DEFERRED;';
    expect(insteadOf(sql)?.split('\n')).toEqual([
      '-- In a migration of its own, outside a transaction block:',
      'CREATE UNIQUE INDEX CONCURRENTLY once ON s.users (email, "Kind") INCLUDE (name) NULLS NOT DISTINCT WITH (fillfactor=70);',
      '-- In a transaction of its own:',
      'ALTER TABLE s.users ADD CONSTRAINT once UNIQUE USING INDEX once DEFERRABLE INITIALLY DEFERRED;',
    ]);
  });

  test('names an index that has no name', () => {
    expect(insteadOf('CREATE INDEX CONCURRENTLY ON s.orders (at, lower(name));')).toBe(
      'DROP INDEX CONCURRENTLY IF EXISTS s.orders_at_expr_idx;\nCREATE INDEX CONCURRENTLY orders_at_expr_idx ON s.orders (at, lower(name));',
    );
  });

  test('takes the keys out of a new table, those of columns and those beside them', () => {
    const sql = `CREATE TABLE lines (id bigint, a int CONSTRAINT of_a REFERENCES a (id) ON DELETE CASCADE NOT NULL,
      b int, FOREIGN KEY (b) REFERENCES b (id)) WITH (fillfactor = 70);`;
    const [finding] = judge(sql).filter(({ id }) => id === 'inline-references');
    expect(finding?.instead?.split('\n')).toEqual([
      'CREATE TABLE lines (id bigint, a int NOT NULL, b int) WITH (fillfactor = 70);',
      '-- In a transaction of its own:',
      "SET lock_timeout = '2s';",
      'ALTER TABLE lines ADD CONSTRAINT of_a FOREIGN KEY (a) REFERENCES a (id) ON DELETE CASCADE;',
      'ALTER TABLE lines ADD CONSTRAINT lines_b_fkey FOREIGN KEY (b) REFERENCES b (id);',
    ]);
  });
});
