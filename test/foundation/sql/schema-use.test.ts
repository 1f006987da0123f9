import { beforeAll, expect, it } from 'vitest';
import { loadParser, parseStatement } from '../../../src/foundation/sql/parse.js';
import { schemaUse } from '../../../src/foundation/sql/schema-use.js';

beforeAll(loadParser);

function useOf(sql: string) {
  const parsed = parseStatement(sql);
  if (!parsed.ok) throw new Error(sql);
  const { schemas, makes, changes, ...rest } = schemaUse(parsed.tree);
  const names = (refs: typeof makes) => refs.map(({ schema, name }) => (schema === null ? name : `${schema}.${name}`));
  return {
    schemas: [...schemas].filter((one) => one !== 'pg_catalog'),
    makes: names(makes),
    changes: names(changes),
    ...rest,
  };
}

it.each([
  ['CREATE TABLE public.x (id int REFERENCES a.b)', ['public.x'], []],
  ['CREATE TEMP TABLE x (id int)', [], []],
  ['CREATE TYPE public.mood AS ENUM ()', ['public.mood'], []],
  ['CREATE VIEW v AS SELECT t.id FROM t', ['v'], []],
  ['DROP TABLE a.b, c', [], ['a.b', 'c']],
  ['DROP FUNCTION a.f(int)', [], ['a.f']],
  ['ALTER TYPE a.t RENAME TO u', [], ['a.t']],
  ['TRUNCATE x, a.y', [], ['x', 'a.y']],
  ['COPY a.x FROM stdin', [], ['a.x']],
  ['COPY a.x TO stdout', [], []],
  ['CREATE TRIGGER t BEFORE INSERT ON a.x FOR EACH ROW EXECUTE FUNCTION b.f()', [], ['a.x']],
  ['WITH n AS (DELETE FROM a.q RETURNING 1) INSERT INTO t SELECT * FROM n', [], ['t', 'a.q']],
  ['COMMENT ON TABLE a.x IS NULL', [], []],
  ['SELECT a.f(), x.y FROM b.x', [], []],
])('%s', (sql, makes, changes) => {
  expect(useOf(sql)).toMatchObject({ makes, changes, repeatable: false, setsSearchPath: false });
});

it('schemas are those in front of names, not tables in front of columns', () => {
  expect(useOf('SELECT a.f(), x.y FROM b.x WHERE z = 1::c.t').schemas).toEqual(['a', 'b', 'c']);
  expect(useOf('ALTER TABLE x SET SCHEMA beta').schemas).toEqual(['beta']);
  expect(useOf('DROP SCHEMA beta').schemas).toEqual(['beta']);
  expect(useOf('ALTER SCHEMA beta RENAME TO gamma').schemas).toEqual(['beta']);
});

it.each([
  'CREATE TABLE IF NOT EXISTS a.x (id int)',
  'DROP TABLE IF EXISTS a.x',
  'ALTER TABLE a.x ADD COLUMN IF NOT EXISTS n int',
  'CREATE OR REPLACE FUNCTION a.f() RETURNS int LANGUAGE sql AS $$SELECT 1$$',
  'INSERT INTO a.x VALUES (1) ON CONFLICT DO NOTHING',
  `ALTER TYPE a.t ADD VALUE IF NOT EXISTS 'b'`,
])('%s may be done twice', (sql) => {
  expect(useOf(sql).repeatable).toBe(true);
});

it('one part that may not be done twice is enough', () => {
  expect(useOf('ALTER TABLE a.x ADD COLUMN IF NOT EXISTS n int, ADD COLUMN m int').repeatable).toBe(false);
});

it.each([
  ['SET search_path = x', true],
  ['SET LOCAL search_path = x', true],
  [`SELECT pg_catalog.set_config('search_path', '', false)`, true],
  ['ALTER ROLE a SET search_path = x', true],
  ['DO $$BEGIN SET search_path = x; END$$', true],
  ['RESET search_path', false],
  ['SET search_path TO DEFAULT', false],
  ['CREATE FUNCTION f() RETURNS int LANGUAGE sql SET search_path = x AS $$SELECT 1$$', false],
  ['ALTER FUNCTION f() SET search_path = x', false],
])('%s decides where names are looked for: %s', (sql, sets) => {
  expect(useOf(sql).setsSearchPath).toBe(sets);
});
