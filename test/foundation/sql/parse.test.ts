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
  ['nested deeper than the grammar can', `select ${'('.repeat(30_000)}1${')'.repeat(30_000)}`],
  ['of a tree that is too deep to be walked', `select ${'1+'.repeat(3_000)}1`],
  ['cut by a NUL byte', 'select 1\0'],
  ['empty', ''],
])('does not analyse a text that is %s', (_, sql) => {
  expect(parseStatement(sql)).toMatchObject({
    ok: false,
    message: expect.stringContaining('not analysed'),
    cursor: null,
  });
});

test.each([
  ['brackets without a meaning', `select ${'('.repeat(3_000)}1${')'.repeat(3_000)}`],
  ['many conditions', `select ${'true and '.repeat(5_000)}true`],
  ['brackets in a string', `select '${'{['.repeat(5_000)}\\", '`],
  ['hundreds of operators', `select ${'1+'.repeat(800)}1`],
])('analyses %s', (_, sql) => {
  expect(parseStatement(sql)).toMatchObject({ ok: true });
});

test('a tree that passes can be walked by recursion', () => {
  const parsed = parseStatement(`select ${"f('x')||".repeat(900)}''`);
  const depth = (value: unknown): number =>
    typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depth)) : 0;
  expect(depth(parsed)).toBeGreaterThan(1_800);
});

test('outlives 60 overflows of its stack, and says meanwhile what it leaves out', async () => {
  const deep = `select ${'1+'.repeat(20_000)}1`;
  const longer = `select '${'x'.repeat(5_000)}'`;
  for (let time = 0; time < 60; time += 1) expect(parseStatement(deep)).toMatchObject({ ok: false, cursor: null });
  expect(parseStatement('select 1').ok).toBe(true);
  expect(parseStatement(longer)).toMatchObject({ ok: false, message: expect.stringContaining('not yet recovered') });
  await loadParser();
  expect(parseStatement(longer).ok).toBe(true);
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
