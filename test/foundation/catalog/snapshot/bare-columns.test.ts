import { beforeAll, describe, expect, test } from 'vitest';
import { bareColumns } from '../../../../src/foundation/catalog/snapshot/bare-columns.js';
import { loadParser } from '../../../../src/foundation/sql/parse.js';

describe('bareColumns', () => {
  beforeAll(loadParser);

  test.each([
    [' SELECT t.id,\n    t.name AS n\n   FROM public.t;', 'SELECT id,\n    name AS n\n   FROM public.t;'],
    [
      'SELECT "T x"."b.c" FROM "ä ö"."T x" WHERE (("T x".a = \'t.id é\'::text) AND (é.b > 1))',
      'SELECT "b.c" FROM "ä ö"."T x" WHERE ((a = \'t.id é\'::text) AND (b > 1))',
    ],
    [
      'SELECT t.*, (t.pair).a, s.t.id, pg_catalog.now() FROM t',
      'SELECT t.*, (pair).a, s.t.id, pg_catalog.now() FROM t',
    ],
    ['not SQL t.id', 'not SQL t.id'],
  ])('%s', (query, bare) => {
    expect(bareColumns(query)).toBe(bare);
  });
});
