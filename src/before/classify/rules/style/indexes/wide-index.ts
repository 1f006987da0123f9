import { defineRule } from '../../../rule.js';

const widest = 3;

export default defineRule({
  id: 'wide-index',
  title: 'An index over more than three columns',
  why: 'Each write pays for all of its columns, updates of any of them are never HOT, and only queries that fix the leading ones profit.',
  instead: 'The columns that queries compare with =, and the others, if at all, as INCLUDE.',
  sources: ['https://www.postgresql.org/docs/current/indexes-multicolumn.html'],
  concern: 'style',
  severity: 'info',
  scope: 'statement',
  on: ['IndexStmt'],
  example: {
    setup: 'CREATE TABLE orders (a int, b int, c int, d int);',
    unsafe: 'CREATE INDEX orders_abcd ON orders (a, b, c, d);',
    safe: 'CREATE INDEX orders_ab ON orders (a, b) INCLUDE (c, d);',
  },
  predict: ({ node }, context) => {
    if (!('IndexStmt' in node) || node.IndexStmt.unique === true) return [];
    const { indexParams, relation, accessMethod } = node.IndexStmt;
    const columns = (indexParams ?? []).length;
    // The order of a bloom or GIN index's columns does not matter: they are made for many.
    if (columns <= widest || (accessMethod !== undefined && accessMethod !== 'btree')) return [];
    const table = relation === undefined ? null : context.relation(relation);
    return [
      {
        message: `The index has ${columns} key columns.`,
        ...(table === null ? {} : { relation: table.name }),
      },
    ];
  },
  unobservable: 'What it costs is spread over all later writes.',
});
