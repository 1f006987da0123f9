import { expect, test } from 'vitest';
import { activeRules } from '../../../src/before/classify/active-rules.js';
import { defaultPolicy } from '../../../src/before/classify/policy.js';
import type { Rule } from '../../../src/before/classify/rule.js';
import { rules } from '../../../src/before/classify/rules/index.js';

const ids = (active: readonly { readonly rule: Rule }[]) => active.map(({ rule }) => rule.id);

test('a kind of statement meets the rules that look at it, in the order of all rules', () => {
  const active = activeRules(rules, defaultPolicy, 17);
  const expected = rules.filter(
    (rule: Rule) =>
      rule.scope === 'statement' && rule.concern !== 'style' && (rule.on === 'any' || rule.on.includes('IndexStmt')),
  );
  expect(ids(active.ofStatement('IndexStmt'))).toEqual(
    expected.filter(({ majors }: Rule) => majors === undefined || majors.includes(17)).map(({ id }) => id),
  );
  expect(ids(active.ofStatement('IndexStmt'))).toContain('create-index-blocks-writes');
  expect(ids(active.ofStatement('DropStmt'))).not.toContain('create-index-blocks-writes');
});

test('another policy has other rules, though the list is the same', () => {
  const off = { ...defaultPolicy, severities: new Map([['create-index-blocks-writes', 'off' as const]]) };
  expect(ids(activeRules(rules, defaultPolicy, 17).ofStatement('IndexStmt'))).toContain('create-index-blocks-writes');
  expect(ids(activeRules(rules, off, 17).ofStatement('IndexStmt'))).not.toContain('create-index-blocks-writes');
  expect(ids(activeRules(rules, defaultPolicy, 17).ofStatement('IndexStmt'))).toContain('create-index-blocks-writes');
});

test('a major leaves out the rules of others', () => {
  const rule = rules.find(({ id }) => id === 'create-index-blocks-writes') as Rule;
  const only16: readonly Rule[] = [{ ...rule, majors: [16] }];
  const found = (major: number | null) => ids(activeRules(only16, defaultPolicy, major).ofStatement('IndexStmt'));
  expect(found(16)).toEqual([rule.id]);
  expect(found(17)).toEqual([]);
  expect(found(null)).toEqual([rule.id]);
});
