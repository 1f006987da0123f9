import type { AlterTableType } from '@pgsql/types';
import { expect, test } from 'vitest';
import { activeRules } from '../../../src/before/classify/active-rules.js';
import { defaultPolicy } from '../../../src/before/classify/policy.js';
import type { Rule } from '../../../src/before/classify/rule.js';
import { rules } from '../../../src/before/classify/rules/index.js';

const ids = (active: readonly { readonly rule: Rule }[]) => active.map(({ rule }) => rule.id);

const index = { tag: 'IndexStmt', node: { IndexStmt: {} } } as const;
const drop = { tag: 'DropStmt', node: { DropStmt: {} } } as const;

test('a kind of statement meets the rules that look at it, in the order of all rules', () => {
  const active = activeRules(rules, defaultPolicy, 17);
  const expected = rules.filter(
    (rule: Rule) =>
      rule.scope === 'statement' && rule.concern !== 'style' && (rule.on === 'any' || rule.on.includes('IndexStmt')),
  );
  expect(ids(active.ofStatement(index))).toEqual(
    expected.filter(({ majors }: Rule) => majors === undefined || majors.includes(17)).map(({ id }) => id),
  );
  expect(ids(active.ofStatement(index))).toContain('create-index-blocks-writes');
  expect(ids(active.ofStatement(drop))).not.toContain('create-index-blocks-writes');
});

test('another policy has other rules, though the list is the same', () => {
  const off = { ...defaultPolicy, severities: new Map([['create-index-blocks-writes', 'off' as const]]) };
  expect(ids(activeRules(rules, defaultPolicy, 17).ofStatement(index))).toContain('create-index-blocks-writes');
  expect(ids(activeRules(rules, off, 17).ofStatement(index))).not.toContain('create-index-blocks-writes');
  expect(ids(activeRules(rules, defaultPolicy, 17).ofStatement(index))).toContain('create-index-blocks-writes');
});

test('a major leaves out the rules of others', () => {
  const rule = rules.find(({ id }) => id === 'create-index-blocks-writes') as Rule;
  const only16: readonly Rule[] = [{ ...rule, majors: [16] }];
  const found = (major: number | null) => ids(activeRules(only16, defaultPolicy, major).ofStatement(index));
  expect(found(16)).toEqual([rule.id]);
  expect(found(17)).toEqual([]);
  expect(found(null)).toEqual([rule.id]);
});

test('an ALTER TABLE meets the rules of its own sub-commands, and those that look at all of them', () => {
  const altering = (...kinds: readonly AlterTableType[]) => {
    const cmds = kinds.map((subtype) => ({ AlterTableCmd: { subtype } }));
    const statement = { tag: 'AlterTableStmt', node: { AlterTableStmt: { cmds } } } as const;
    return ids(activeRules(rules, defaultPolicy, 17).ofStatement(statement));
  };
  expect(altering('AT_DropColumn')).toContain('drop-column');
  expect(altering('AT_DropColumn')).toContain('several-alter-tables');
  expect(altering('AT_DropColumn')).not.toContain('add-not-null-column');
  expect(altering('AT_AddColumn', 'AT_DropColumn', 'AT_AddColumn')).toEqual(
    expect.arrayContaining(['drop-column', 'add-not-null-column']),
  );
  expect(altering()).not.toContain('drop-column');
});
