import { expect, test } from 'vitest';
import { changeDigest, digest } from '../../../src/foundation/records/digest.js';
import type { Migration } from '../../../src/model/migration.js';

const migration: Migration = {
  id: '1',
  name: 'one',
  path: '0001_one.sql',
  transaction: { mode: 'single', reason: 'plain SQL' },
  statements: [],
  down: null,
  repeatable: false,
  claims: [],
  sources: [
    { path: '0001_one.sql', sha256: 'aa' },
    { path: 'inc.sql', sha256: 'bb' },
  ],
};
const other: Migration = { ...migration, id: '2', path: '0002_two.sql' };
const options = { transactionScope: 'migration', placeholders: {} } as const;
const original = changeDigest([migration, other], options);

test('is the same for the same change, whatever the reasons and claims say', () => {
  const told = { ...migration, transaction: { mode: 'single', reason: 'other words' } } as const;
  expect(changeDigest([told, other], { ...options })).toBe(original);
  expect(original).toMatch(/^[0-9a-f]{64}$/);
});

test.each<[string, readonly Migration[], Parameters<typeof changeDigest>[1]]>([
  ['order', [other, migration], options],
  ['a path', [{ ...migration, path: '0001_uno.sql' }, other], options],
  ['bytes of an include', [{ ...migration, sources: [{ path: '0001_one.sql', sha256: 'aa' }] }, other], options],
  ['the transaction', [{ ...migration, transaction: { mode: 'none', reason: 'plain SQL' } }, other], options],
  ['the scope', [migration, other], { ...options, transactionScope: 'run' }],
  ['a placeholder', [migration, other], { ...options, placeholders: { schema: 'shop' } }],
  ['a migration less', [migration], options],
])('changes with %s', (_what, migrations, changed) => {
  expect(changeDigest(migrations, changed)).not.toBe(original);
});

test('equal content in two domains has two digests', () => {
  expect(digest('record', 'x')).not.toBe(digest('change', 'x'));
});
