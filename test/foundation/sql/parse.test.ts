import { beforeAll, describe, expect, test } from 'vitest';
import { loadParser, parseStatement } from '../../../src/foundation/sql/parse.js';
import { referencedRelations } from '../../../src/foundation/sql/referenced-relations.js';

beforeAll(loadParser);

test('says where a text cannot be parsed', () => {
  expect(parseStatement('select é frm x y')).toMatchObject({
    ok: false,
    message: expect.stringContaining('syntax error'),
    cursor: 13,
  });
});

test.each([
  ['long', `select '${'x'.repeat(70_000)}'`],
  ['deep', `select ${'('.repeat(300)}1${')'.repeat(300)}`],
  ['cut by a NUL byte', 'select 1\0'],
])('does not analyse a text that is %s', (_, sql) => {
  expect(parseStatement(sql)).toMatchObject({
    ok: false,
    message: expect.stringContaining('not analysed'),
    cursor: null,
  });
});

describe('referencedRelations', () => {
  const named = (sql: string) => {
    const parsed = parseStatement(sql);
    if (!parsed.ok) throw new Error(parsed.message);
    return referencedRelations(parsed.tree).map(({ schema, name }) => `${schema ?? ''}.${name}`);
  };

  test.each([
    ['with c as (select 1 from a) select * from c, s.b, s.b where exists (select from d)', ['s.b', '.d', '.a']],
    ['drop table if exists s.a, b', ['s.a', '.b']],
    ['drop trigger x on s.t', ['s.t']],
    ['drop function f', []],
    ['alter table a add foreign key (x) references s.b', ['.a', 's.b']],
    ['alter table a attach partition b default', ['.a', '.b']],
    ['create index on s.t (x)', ['s.t']],
    ['truncate a, b', ['.a', '.b']],
    ['insert into a select * from b', ['.a', '.b']],
    ['alter table a rename column x to y', ['.a']],
    ['create materialized view m as select * from a', ['.a', '.m']],
  ])('%s', (sql, expected) => {
    expect(named(sql).toSorted()).toEqual([...expected].toSorted());
  });
});
