import { describe, expect, test } from 'vitest';
import { redactSql } from '../../../../src/after/evidence/redact/redact-sql.js';

const text = (sql: string) => redactSql(sql).text;

describe('redactSql', () => {
  test('leaves DDL readable: names, types and their widths stay', () => {
    const ddl = 'ALTER TABLE "My users" ADD COLUMN price numeric(10, 2), ADD name varchar(20), ADD at timestamptz (3)';
    expect(text(ddl)).toBe(ddl);
  });

  test('takes out strings of every spelling', () => {
    const sql = `SELECT 'a b', E'it\\'s', U&'\\0061', N'x', b'101', X'1F', $$dollar$$, $q$tag$q$, '' , 'o''k'`;
    expect(text(sql)).toBe("SELECT '…', '…', '…', '…', '…', '…', '…', '…', '…' , '…'");
  });

  test('takes out numbers, and neither parameters nor digits of names', () => {
    expect(text('SELECT 1, 2.5, .5, 1e10, 0xFF, 1_000, $1, t2.c3 FROM t2 WHERE a IN (20)')).toBe(
      'SELECT 0, 0, 0, 0, 0, 0, $1, t2.c3 FROM t2 WHERE a IN (0)',
    );
    expect(text('SELECT f(20), char_length(7)')).toBe('SELECT f(0), char_length(0)');
  });

  test('takes out comments, nested ones too', () => {
    expect(text("SELECT a -- was 'x@y'\n, b /* /* deep */ still */ FROM t")).toBe('SELECT a --…\n, b /*…*/ FROM t');
  });

  test('keeps the body of a function readable, and no value in it', () => {
    const sql = "CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $$ SELECT 'planted' || name FROM t WHERE n = 5 $$";
    expect(text(sql)).toBe(
      "CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $$ SELECT '…' || name FROM t WHERE n = 0 $$",
    );
    expect(text("CREATE FUNCTION f() RETURNS text LANGUAGE plpython3u AS $$ return 'x' $$")).toContain("AS '…'");
    expect(text('DO $x$ BEGIN EXECUTE $q$ SELECT secret $q$; END $x$')).toBe("DO $x$ BEGIN EXECUTE '…'; END $x$");
  });

  test('tells which values stood there, and which words are names', () => {
    const { values, words } = redactSql(`UPDATE t SET card = 4111111111111111, "Full name" = 'Ada ''L''' WHERE n = 7`);
    expect(values).toContain('4111111111111111');
    expect(values).toContain("Ada 'L'");
    expect(values).not.toContain('7');
    expect(words).toEqual(expect.arrayContaining(['card', 'Full name']));
  });

  test('text that does not close is taken out to its end', () => {
    expect(text("SELECT 'never closed secret")).toBe("SELECT '…'");
    expect(text('SELECT $$never closed')).toBe("SELECT '…'");
    expect(text('SELECT /* never')).toBe('SELECT /*…*/');
  });
});
