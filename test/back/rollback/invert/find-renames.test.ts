import { beforeAll, expect, test } from 'vitest';
import { findRenames } from '../../../../src/back/rollback/invert/find-renames.js';
import { loadParser, parseStatement } from '../../../../src/foundation/sql/parse.js';

beforeAll(loadParser);

test.each([
  ['ALTER TABLE s.t RENAME TO u', { kind: 'table', schema: 's', table: null, from: 't', to: 'u' }],
  ['ALTER TABLE t RENAME a TO b', { kind: 'column', schema: null, table: 't', from: 'a', to: 'b' }],
  ['ALTER TABLE t RENAME CONSTRAINT a TO b', { kind: 'constraint', schema: null, table: 't', from: 'a', to: 'b' }],
  ['ALTER INDEX a RENAME TO "B"', { kind: 'index', schema: null, table: null, from: 'a', to: 'B' }],
  ['ALTER SCHEMA a RENAME TO b', { kind: 'schema', schema: null, table: null, from: 'a', to: 'b' }],
  ['ALTER TYPE s.a RENAME TO b', { kind: 'type', schema: 's', table: null, from: 'a', to: 'b' }],
  ['ALTER TYPE c RENAME ATTRIBUTE a TO b', { kind: 'column', schema: null, table: 'c', from: 'a', to: 'b' }],
  ['ALTER TRIGGER a ON s.t RENAME TO b', { kind: 'trigger', schema: 's', table: 't', from: 'a', to: 'b' }],
  ['ALTER POLICY a ON t RENAME TO b', { kind: 'policy', schema: null, table: 't', from: 'a', to: 'b' }],
  ['ALTER VIEW a RENAME TO b', { kind: 'view', schema: null, table: null, from: 'a', to: 'b' }],
])('%s', (sql, rename) => {
  const parsed = parseStatement(sql);
  expect(parsed.ok && findRenames([parsed.tree])).toEqual([rename]);
});

test('what renames nothing that is known', () => {
  const parsed = parseStatement('ALTER ROLE a RENAME TO b');
  expect(parsed.ok && findRenames([parsed.tree])).toEqual([]);
});
