import { beforeAll, describe, expect, test } from 'vitest';
import { judgeMigration } from '../../../src/before/classify/judge-migration.js';
import { defaultPolicy } from '../../../src/before/classify/policy.js';
import type { RuleContext } from '../../../src/before/classify/rule-context.js';
import { loadParser } from '../../../src/foundation/sql/parse.js';
import type { TransactionMode } from '../../../src/model/sql-text.js';
import { migrationOf } from '../../support/script.js';

beforeAll(loadParser);

/** What is known before the last of the statements. */
function beforeLast(mode: TransactionMode, ...statements: readonly string[]): RuleContext {
  const judged = judgeMigration(migrationOf('0001', statements, mode), {
    major: 17,
    policy: defaultPolicy,
    sizes: new Map(),
    text: '',
    schemaBefore: () => null,
    changedBefore: null,
    failure: null,
  });
  const context = judged.contexts.at(-1);
  if (context === undefined) throw new Error('nothing was judged');
  return context;
}

describe('a timeout counts', () => {
  test.each([
    ['SET lock_timeout = 2000', 2000],
    ["SET lock_timeout TO '2s'", 2000],
    ["SET LOCAL lock_timeout = '1min'", 60_000],
    ["SELECT set_config('lock_timeout', '500ms', true)", 500],
    ["SELECT pg_catalog.set_config('lock_timeout', '3', false)", 3],
  ])('%s', (setting, expected) => {
    expect(beforeLast('single', setting, 'SELECT 1').timeoutMs('lock_timeout')).toBe(expected);
  });

  test('until it is reset, or its transaction ends', () => {
    expect(
      beforeLast('single', 'SET lock_timeout = 1', 'RESET lock_timeout', 'SELECT 1').timeoutMs('lock_timeout'),
    ).toBe(null);
    expect(
      beforeLast('none', 'BEGIN', 'SET LOCAL lock_timeout = 1', 'COMMIT', 'SELECT 1').timeoutMs('lock_timeout'),
    ).toBe(null);
    expect(beforeLast('none', 'BEGIN', 'SET lock_timeout = 1', 'COMMIT', 'SELECT 1').timeoutMs('lock_timeout')).toBe(1);
  });

  test('but not SET LOCAL outside a transaction', () => {
    expect(beforeLast('none', 'SET LOCAL lock_timeout = 1', 'SELECT 1').timeoutMs('lock_timeout')).toBe(null);
  });
});

describe('what the migration made itself', () => {
  test('is not existing, also under another name or in another schema', () => {
    const context = beforeLast(
      'single',
      'CREATE TABLE a (id int)',
      'ALTER TABLE a RENAME TO b',
      'ALTER TABLE b SET SCHEMA side',
      'SELECT 1',
    );
    expect(['public.a', 'public.b', 'side.b', 'public.c'].map((name) => context.existing(name))).toEqual([
      false,
      false,
      false,
      true,
    ]);
  });

  test('locks on it are not held against anyone', () => {
    const context = beforeLast(
      'single',
      'CREATE TABLE a (id int)',
      'ALTER TABLE a ADD b int',
      'ALTER TABLE c ADD b int',
      'SELECT 1',
    );
    expect(context.held.map(({ relation, mode }) => `${relation} ${mode}`)).toEqual(['public.c AccessExclusiveLock']);
  });

  test('locks end with their transaction', () => {
    expect(beforeLast('none', 'BEGIN', 'LOCK TABLE c', 'COMMIT', 'SELECT 1').held).toEqual([]);
    expect(beforeLast('none', 'BEGIN', 'LOCK TABLE c', 'SELECT 1').held).toHaveLength(1);
  });
});
