import { beforeAll, describe, expect, test } from 'vitest';
import { loadParser, parseStatement } from '../../../src/foundation/sql/parse.js';
import { parsePlpgsql } from '../../../src/foundation/sql/plpgsql.js';
import { unknownPart } from '../../../src/foundation/sql/plpgsql-dynamic.js';

beforeAll(loadParser);

/** `line kind text (within)`, one a line. */
function embedded(sql: string): readonly string[] {
  const body = parsePlpgsql(sql);
  if (!body.ok) throw new Error(body.reason);
  return body.statements.map((item) => {
    const text = 'sql' in item ? ` ${item.sql}` : 'expression' in item ? ` ${item.expression}` : '';
    const within = item.within.length === 0 ? '' : ` (${item.within.join(' > ')})`;
    return `${item.line} ${item.kind}${text}${within}`;
  });
}

const inDo = (statements: string, declarations = '') => `DO $$${declarations} BEGIN ${statements} END $$`;

test('lists what a body may run, with its line in the text and what it stands in', () => {
  const sql = `-- é
    CREATE PROCEDURE fill(batch int)
    LANGUAGE plpgsql AS /* the
    body */ $body$
    DECLARE
      total int := (SELECT count(*) FROM app.orders);
      r record;
    BEGIN
      FOR r IN SELECT id FROM app.customers LOOP
        IF EXISTS (SELECT FROM app.orders) THEN
          UPDATE app.orders SET note = 'x';
          COMMIT;
        ELSE
          PERFORM refresh(r.id);
        END IF;
      END LOOP;
      BEGIN
        ALTER TABLE app.orders ADD note text;
      EXCEPTION WHEN duplicate_column THEN
        ROLLBACK;
      END;
    END $body$`;
  expect(embedded(sql)).toEqual([
    '6 static SELECT (SELECT count(*) FROM app.orders)',
    '9 static SELECT id FROM app.customers',
    '10 static SELECT EXISTS (SELECT FROM app.orders) (loop)',
    "11 static UPDATE app.orders SET note = 'x' (loop > branch)",
    '12 commit (loop > branch)',
    '14 static SELECT refresh(r.id) (loop > branch)',
    '18 static ALTER TABLE app.orders ADD note text (guarded-block)',
    '20 rollback (exception-handler)',
  ]);
});

describe('EXECUTE', () => {
  test.each([
    [`EXECUTE 'drop table a'`, 'dynamic drop table a'],
    [`EXECUTE E'drop\\ttable a'`, 'dynamic drop\ttable a'],
    [`EXECUTE $q$select 'it''s'$q$ INTO n`, `dynamic select 'it''s'`],
    [`EXECUTE 'drop ' || 'table ' || quote_ident('My Table')`, 'dynamic drop table "My Table"'],
    [`EXECUTE format('alter table %I add %s int', 'A b', 'c')`, 'dynamic alter table "A b" add c int'],
    [`EXECUTE format('update %2$I set a = %1$L', 'it''s', 't')`, `dynamic update t set a = 'it''s'`],
    [`EXECUTE format('select 5 %% 3')`, 'dynamic select 5 % 3'],
    [`EXECUTE format('alter table %I.%I alter c set default %L', s, t, v)`, expect.stringContaining('template')],
    [`EXECUTE 'create index idx_' || t || ' on ' || t || ' (id)'`, expect.stringContaining('template')],
    [`EXECUTE format('drop table %I', VARIADIC names)`, `template drop table ${unknownPart}`],
    [`EXECUTE sql_of(t)`, 'opaque sql_of(t)'],
    [`EXECUTE t USING 1`, 'opaque t'],
    [`FOR r IN EXECUTE 'select 1' LOOP NULL; END LOOP`, 'dynamic select 1'],
    [`OPEN c FOR EXECUTE 'select 2'`, 'dynamic select 2'],
  ])('%s', (statement, expected) => {
    const declarations = 'DECLARE n int; s text; t text; v text; names text[]; r record; c refcursor;';
    expect(embedded(inDo(`${statement};`, declarations)).map((line) => line.slice(2))).toEqual([expected]);
  });

  test('a template can be parsed, whatever its unknown parts are', () => {
    const [alter, index] = embedded(
      inDo(
        `EXECUTE format('alter table %I.%I alter c set default %L', s, t, v); EXECUTE 'create index idx_' || t || ' on ' || t || ' (id)';`,
        'DECLARE s text; t text; v text;',
      ),
    ).map((line) => line.slice('1 template '.length));
    expect(alter).toBe("alter table _unknown_._unknown_ alter c set default '_unknown_'");
    expect(index).toBe('create index idx__unknown_ on _unknown_ (id)');
    expect([alter, index].map((sql = '') => parseStatement(sql).ok)).toEqual([true, true]);
  });
});

describe('other places where SQL hides', () => {
  test.each([
    ['x := (SELECT 1)', ['static SELECT (SELECT 1)']],
    ['x := x + 1', []],
    [
      'WHILE (SELECT true) LOOP DELETE FROM a; END LOOP',
      ['static SELECT (SELECT true)', 'static DELETE FROM a (loop)'],
    ],
    ['FOR r IN cur LOOP DELETE FROM a; END LOOP', ['static SELECT * FROM t', 'static DELETE FROM a (loop)']],
    ['FOREACH x IN ARRAY ARRAY[1] LOOP DELETE FROM a; END LOOP', ['static DELETE FROM a (loop)']],
    ['CASE x WHEN 1 THEN CALL p(); ELSE CALL q(); END CASE', ['static CALL p() (branch)', 'static CALL q() (branch)']],
    [`RAISE NOTICE '%', (SELECT 1)`, ['static SELECT (SELECT 1)']],
    ['SELECT 1 INTO x FROM b', ['static SELECT 1        FROM b']],
  ])('%s', (statement, expected) => {
    const cursor = statement.includes('cur') ? 'cur CURSOR FOR SELECT * FROM t;' : '';
    const found = embedded(inDo(`${statement};`, `DECLARE x int; r record; ${cursor}`));
    const texts = found.map((line) => line.slice(2)).filter((text) => !text.includes('__Case__'));
    expect(texts).toEqual(expected);
  });
});

test.each([
  ['%ROWTYPE', inDo('r.a := f(1);', 'DECLARE r app.t%ROWTYPE;')],
  ['%ROWTYPE and text that looks like it', inDo(`r.a := f('t%rowtype');`, 'DECLARE r t % ROWTYPE;')],
])('takes a variable of type %s for a row', (_, sql) => {
  expect(embedded(sql)).toEqual([expect.stringMatching(/^1 static SELECT f\((?:1|'t%rowtype')\)$/)]);
});

test('a trigger function knows NEW, a function its parameters and its result', () => {
  const trigger = `CREATE FUNCTION t() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.a := now(); RETURN NEW; END $$`;
  const rows = `CREATE FUNCTION s(n int) RETURNS SETOF int AS 'BEGIN n := f(n); RETURN QUERY SELECT ''a''; END' LANGUAGE plpgsql`;
  expect(embedded(trigger)).toEqual(['1 static SELECT now()']);
  expect(embedded(rows)).toEqual(['1 static SELECT f(n)', "1 static SELECT 'a'"]);
});

test.each([
  ['another language', 'CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$', 'language sql'],
  ['a body without quotes', 'CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; END', 'no body'],
  ['no code at all', 'SELECT 1', 'no body'],
  ['an error in the body', inDo('SELECT FROM WHERE;'), 'syntax error'],
  ['an error in the statement', 'DO DO', 'syntax error'],
  ['a long text', inDo(`PERFORM '${'x'.repeat(70_000)}';`), 'longer than'],
])('says that it does not analyse %s', (_, sql, reason) => {
  const body = parsePlpgsql(sql);
  expect(body).toEqual({ ok: false, reason: expect.stringMatching(/^not analysed: /) });
  expect(body).toMatchObject({ reason: expect.stringContaining(reason) });
});
