import { beforeAll, expect, test } from 'vitest';
import { loadParser, longestText, rememberParsed } from '../../../src/foundation/sql/parse.js';
import { parseOnce } from '../../../src/foundation/sql/parse-once.js';
import type { Statement } from '../../../src/model/sql-text.js';

beforeAll(loadParser);

function statement(sql: string): Statement {
  return { sql, span: { path: 'a.sql', line: 1, column: 1, endLine: 1 }, copyData: null };
}

test('a statement has one tree, however often it is asked for', () => {
  const select = statement('SELECT 1');
  const parsed = parseOnce(select);
  expect(parsed.ok && parsed.tree.stmts).toHaveLength(1);
  expect(parseOnce(select)).toBe(parsed);
  expect(parseOnce(statement('SELECT 1'))).not.toBe(parsed);
});

test('what was too long at first is known once it was parsed ahead', () => {
  const long = statement(`SELECT '${'x'.repeat(longestText)}'`);
  expect(parseOnce(long).ok).toBe(false);
  const parsed = { ok: true, tree: { version: 180000, stmts: [] } } as const;
  rememberParsed(long.sql, { ok: true, tree: { ...parsed.tree, stmts: [] } });
  expect(parseOnce(long).ok).toBe(true);
});
