import { beforeAll, describe, expect, it } from 'vitest';
import { namedRelations } from '../../../../src/foundation/effects/definition/named-relations.js';
import { loadParser, parseStatement } from '../../../../src/foundation/sql/parse.js';

const short = {
  AccessShareLock: 'reads',
  RowShareLock: 'locks rows of',
  RowExclusiveLock: 'writes',
} as Readonly<Record<string, string>>;

function named(sql: string): readonly string[] {
  const parsed = parseStatement(sql);
  if (!parsed.ok) throw new Error(parsed.message);
  return namedRelations(parsed.tree.stmts).map(
    ({ relation, mode }) => `${short[mode] ?? mode} ${relation.relname ?? ''}`,
  );
}

describe('the relations that a query names', () => {
  beforeAll(loadParser);

  it.each([
    ['SELECT * FROM a JOIN s.b USING (id) WHERE EXISTS (SELECT 1 FROM c)', ['reads a', 'reads b', 'reads c']],
    ['SELECT (SELECT max(x) FROM a) FROM b, LATERAL (SELECT * FROM c) d', ['reads a', 'reads b', 'reads c']],
    ['INSERT INTO a SELECT * FROM b', ['writes a', 'reads b']],
    ['UPDATE a SET x = b.x FROM b', ['writes a', 'reads b']],
    ['DELETE FROM a USING b WHERE a.id IN (SELECT id FROM c)', ['writes a', 'reads b', 'reads c']],
    ['MERGE INTO a USING b ON a.id = b.id WHEN MATCHED THEN DELETE', ['writes a', 'reads b']],
    ['SELECT * FROM a, b FOR UPDATE', ['locks rows of a', 'locks rows of b']],
    ['SELECT * FROM a x JOIN b y ON true FOR SHARE OF y', ['reads a', 'locks rows of b']],
    ['SELECT * FROM (SELECT * FROM a) x WHERE x.id IN (SELECT id FROM b) FOR UPDATE', ['locks rows of a', 'reads b']],
    ['SELECT * FROM pg_class, pg_catalog.pg_proc, information_schema.tables, a', ['reads a']],
  ])('%s', (sql, expected) => {
    expect([...named(sql)].toSorted()).toEqual(expected.toSorted());
  });

  it.each([
    ['WITH a AS (SELECT * FROM b) SELECT * FROM a', ['reads b']],
    ['WITH a AS (SELECT * FROM a) SELECT * FROM a', ['reads a']],
    ['WITH a AS (SELECT 1), b AS (SELECT * FROM a) SELECT * FROM b, s.a', ['reads a']],
    ['WITH RECURSIVE a AS (SELECT 1 UNION ALL SELECT * FROM a) SELECT * FROM a', []],
    ['WITH gone AS (DELETE FROM a RETURNING *) INSERT INTO b SELECT * FROM gone', ['writes a', 'writes b']],
    ['SELECT * FROM a WHERE id IN (WITH a AS (SELECT 1) SELECT * FROM a)', ['reads a']],
  ])('takes a common table expression for what it is: %s', (sql, expected) => {
    expect([...named(sql)].toSorted()).toEqual(expected.toSorted());
  });
});
