import { beforeAll, expect, test } from 'vitest';
import { findHazards } from '../../../src/before/classify/find-hazards.js';
import { judgeMigration } from '../../../src/before/classify/judge-migration.js';
import { defaultPolicy } from '../../../src/before/classify/policy.js';
import { rules } from '../../../src/before/classify/rules/index.js';
import { loadParser } from '../../../src/foundation/sql/parse.js';
import { splitScript } from '../../../src/foundation/sql/split-script.js';
import type { Migration } from '../../../src/model/migration.js';

beforeAll(loadParser);

const text = `SET lock_timeout = '1s';

DO $$
BEGIN
  CREATE TABLE made (id int);
  ALTER TABLE made ADD COLUMN x int;
  ALTER TABLE users ADD COLUMN x int;
END $$;
ALTER TABLE users DROP COLUMN x;
`;

function judge(sql = text) {
  const migration: Migration = {
    id: '1',
    name: 'change',
    path: '1.sql',
    statements: splitScript(sql, { path: '1.sql', firstLine: 1 }),
    transaction: { mode: 'none', reason: '' },
    down: null,
    repeatable: false,
    claims: [],
    sources: [],
  };
  return judgeMigration(migration, {
    major: 17,
    policy: defaultPolicy,
    schemaBefore: () => null,
    sizes: new Map(),
    text: sql,
    changedBefore: null,
    failure: null,
  });
}

test('statements inside a block follow it, share its place and stand on their own lines', () => {
  expect(
    judge().statements.map(({ tag, index, inside, statement }) => [tag, index, inside, statement.span.line]),
  ).toEqual([
    ['VariableSetStmt', 0, null, 1],
    ['DoStmt', 1, null, 3],
    ['CreateStmt', 1, 'DO block', 5],
    ['AlterTableStmt', 1, 'DO block', 6],
    ['AlterTableStmt', 1, 'DO block', 7],
    ['AlterTableStmt', 2, null, 9],
  ]);
});

test('they know what the block has made and what it holds, and nothing of it is held behind it', () => {
  const { contexts } = judge();
  expect(contexts.map((context) => context.existing('public.made'))).toEqual([true, true, true, false, false, false]);
  expect(contexts[4]?.timeoutMs('lock_timeout')).toBe(1000);
  expect(contexts[5]?.held).toEqual([]);
});

test('findings of one rule at two statements of a block are two, wherever the block stands', () => {
  const block = 'DO $$ BEGIN\n  ALTER TABLE a DROP COLUMN x;\n  ALTER TABLE b DROP COLUMN x;\nEND $$;';
  const prints = (sql: string): readonly string[] =>
    findHazards(rules, judge(sql), defaultPolicy).flatMap(({ finding }) =>
      finding.id === 'drop-column' ? [finding.fingerprint] : [],
    );
  expect(new Set(prints(block)).size).toBe(2);
  expect(prints(`\n\n${block}`)).toEqual(prints(block));
});
