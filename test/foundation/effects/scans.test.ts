import { beforeAll, expect, test } from 'vitest';
import { wholeScans } from '../../../src/foundation/effects/scans.js';
import { transactionControl } from '../../../src/foundation/effects/transaction-control.js';
import { loadParser, parseStatement } from '../../../src/foundation/sql/parse.js';

beforeAll(loadParser);

function tree(sql: string) {
  const parsed = parseStatement(sql);
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.tree;
}

test.each([
  ['create index on s.t (a)', ['s.t']],
  ['alter table t add check (a > 0)', ['.t']],
  ['alter table t add check (a > 0) not valid', []],
  ['alter table t add foreign key (a) references u', ['.t']],
  ['alter table t add primary key using index i', []],
  ['alter table t add unique (a)', ['.t']],
  ['alter table t validate constraint c', ['.t']],
  ['alter table t alter a set not null, alter b type text', ['.t']],
  ['alter table t alter a drop not null', []],
  ['alter table t add column a int', []],
  ['alter table t add column a int generated always as (b) stored', ['.t']],
  ['alter table t attach partition p default', ['.p']],
  ['vacuum a, b', ['.a', '.b']],
  ['analyze a', []],
  ['cluster t using i', ['.t']],
  ['reindex table t', ['.t']],
  ['select * from t', []],
  ['update t set a = 1', []],
])('%s reads whole: %j', (sql, expected) => {
  expect(wholeScans(tree(sql)).map(({ schema, name }) => `${schema ?? ''}.${name}`)).toEqual(expected);
});

test.each([
  ['start transaction read only', 'begin'],
  ['end', 'commit'],
  ["prepare transaction 'x'", 'commit'],
  ['abort', 'rollback'],
  ['rollback to a', 'savepoint'],
  ['release a', 'savepoint'],
  ["commit prepared 'x'", null],
  ['select 1', null],
])('%s is transaction control of kind %s', (sql, expected) => {
  expect(transactionControl(tree(sql))).toBe(expected);
});
