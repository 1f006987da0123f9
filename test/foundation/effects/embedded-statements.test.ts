import { beforeAll, describe, expect, test } from 'vitest';
import type { EffectContext } from '../../../src/foundation/effects/effect-context.js';
import { embeddedStatements } from '../../../src/foundation/effects/embedded-statements.js';
import { predictEffects } from '../../../src/foundation/effects/predict-effects.js';
import { graphOf } from '../../../src/foundation/effects/schema-graph.js';
import { loadParser, parseStatement } from '../../../src/foundation/sql/parse.js';
import type { Schema, SchemaFunction } from '../../../src/model/schema.js';

beforeAll(loadParser);

const textOnly: EffectContext = { major: 17, graph: null, searchPath: ['public'], settings: new Map() };

function routine(oid: string, name: string, parts: Partial<SchemaFunction>): SchemaFunction {
  return {
    oid,
    schema: 'public',
    name,
    kind: 'function',
    argumentCount: 0,
    defaultCount: 0,
    argumentsText: '',
    resultText: 'void',
    language: 'plpgsql',
    volatility: 'volatile',
    body: '',
    ...parts,
  };
}

function withFunctions(...functions: readonly SchemaFunction[]): EffectContext {
  const schema: Schema = {
    major: 17,
    searchPath: ['public'],
    currentUser: 'postgres',
    sessionUser: 'postgres',
    timeZone: 'UTC',
    relations: [],
    constraints: [],
    types: [],
    functions,
    eventTriggers: [],
    binaryCasts: [],
    objects: [],
    dependencies: [],
  };
  return { ...textOnly, graph: graphOf(schema) };
}

function parse(sql: string) {
  const parsed = parseStatement(sql);
  const node = parsed.ok ? parsed.tree.stmts?.[0]?.stmt : undefined;
  if (!parsed.ok || node === undefined) throw new Error(`cannot be parsed: ${sql}`);
  return { tree: parsed.tree, node };
}

function embedded(sql: string, context = textOnly): readonly (readonly unknown[])[] {
  return embeddedStatements(parse(sql).node, context, sql).map(({ tree, line, certainty, inside }) => [
    Object.keys(tree.stmts?.[0]?.stmt ?? {})[0],
    line,
    certainty,
    inside,
  ]);
}

describe('embeddedStatements', () => {
  test('those of a DO block stand on the lines of its text, bytes of other letters aside', () => {
    const sql =
      "DO /* größer */\n$$\nBEGIN\n  DROP TABLE a;\n  IF true THEN\n    EXECUTE 'DROP TABLE b';\n  END IF;\nEND $$";
    expect(embedded(sql)).toEqual([
      ['DropStmt', 4, 'certain', 'DO block'],
      ['DropStmt', 6, 'possible', 'DO block'],
    ]);
  });

  test('what stands behind an early RETURN is possible', () => {
    const sql = 'DO $$ BEGIN IF now() IS NULL THEN RETURN; END IF; DROP TABLE a; END $$';
    expect(embedded(sql).map(([tag, , certainty]) => [tag, certainty])).toEqual([
      ['SelectStmt', 'certain'],
      ['DropStmt', 'possible'],
    ]);
    expect(embedded('DO $$ BEGIN DROP TABLE a; RETURN; END $$')).toEqual([['DropStmt', 1, 'certain', 'DO block']]);
  });

  test('names that only the running code knows make no statement', () => {
    expect(embedded("DO $$ BEGIN EXECUTE format('DROP TABLE %I', t); END $$")).toEqual([]);
    expect(embedded("DO $$ BEGIN EXECUTE format('DELETE FROM a WHERE b = %L', t); END $$")).toHaveLength(1);
  });

  test('those of a called function stand where it is called, and those of its calls too', () => {
    const context = withFunctions(
      routine('1', 'outer_one', { body: 'BEGIN PERFORM inner_one(); END' }),
      routine('2', 'inner_one', { language: 'sql', body: 'DROP TABLE a; CREATE TABLE a ()' }),
      routine('3', 'reads', { language: 'sql', body: 'SELECT 1' }),
    );
    const drop = ['DropStmt', 1, 'certain', 'function'];
    const create = ['CreateStmt', 1, 'certain', 'function'];
    expect(embedded('SELECT inner_one()', context)).toEqual([drop, create]);
    expect(embedded('SELECT outer_one()', context).slice(1)).toEqual([drop, create]);
    expect(embedded('SELECT inner_one() FROM t', context).map(([, , certainty]) => certainty)).toEqual([
      'possible',
      'possible',
    ]);
    expect(embedded('SELECT reads()', context)).toEqual([]);
    expect(embedded("CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'DROP TABLE a'", context)).toEqual([]);
  });

  test('functions that call each other come to an end', () => {
    const context = withFunctions(
      routine('1', 'ping', { body: 'BEGIN DROP TABLE a; PERFORM pong(); END' }),
      routine('2', 'pong', { body: 'BEGIN PERFORM ping(); END' }),
    );
    expect(embedded('SELECT ping()', context).filter(([tag]) => tag === 'DropStmt')).toHaveLength(1);
  });
});

describe('what cannot be looked into is said', () => {
  const unanalysed = (sql: string, context = textOnly) => predictEffects(parse(sql).tree, context).unanalysed;

  test.each([
    ['DO $$ BEGIN EXECUTE command; END $$', /only known when it runs/],
    [
      "DO $$ BEGIN EXECUTE format('ALTER TABLE %I ADD x int', t); END $$",
      /AccessExclusiveLock on a relation whose name/,
    ],
    ["DO LANGUAGE plperl 'x'", /language plperl/],
    ['EXECUTE prepared', /prepared statement prepared/],
    ['CALL purge()', /purge/],
    ["SELECT create_hypertable('t', 'at')", /create_hypertable/],
    ['DO $$ BEGIN SELEC 1; END $$', /syntax|not analysed/],
  ])('%s', (sql, words) => {
    expect(unanalysed(sql).join()).toMatch(words);
  });

  test.each([
    'SELECT now()',
    "SELECT setval('s', 1)",
    'SELECT pg_sleep(1)',
    'SELECT count(*) FROM t',
    'DO $$ BEGIN DELETE FROM t; END $$',
  ])('%s needs no words', (sql) => {
    expect(unanalysed(sql)).toEqual([]);
  });

  test('bodies in other languages, where the function is known', () => {
    const context = withFunctions(
      routine('1', 'other', { language: 'plpython3u', body: 'pass' }),
      routine('2', 'asm', { language: 'c', body: 'asm', volatility: 'immutable' }),
    );
    expect(unanalysed('SELECT other()', context)).toEqual(['function public.other: a body in the language plpython3u']);
    expect(unanalysed('SELECT asm()', context)).toEqual([]);
  });
});

test('what a block makes is its own for the statements that follow', () => {
  const { locks } = predictEffects(
    parse('DO $$ BEGIN CREATE TABLE made (id int); INSERT INTO made VALUES (1); END $$').tree,
    textOnly,
  );
  expect(locks.every((lock) => lock.created === true)).toBe(true);
});
