import { defineRule } from '../../../rule.js';

export default defineRule({
  id: 'index-without-name',
  title: 'An index without a name is made again each time',
  why: 'The server finds a free name, so running the statement twice builds the index twice, and the way back cannot name it.',
  instead: 'Name it after its table and columns.',
  sources: ['https://www.postgresql.org/docs/current/sql-createindex.html'],
  concern: 'style',
  severity: 'info',
  scope: 'statement',
  on: ['IndexStmt'],
  example: {
    setup: 'CREATE TABLE orders (placed_on date); CREATE INDEX ON orders (placed_on);',
    unsafe: 'CREATE INDEX ON orders (placed_on);',
    safe: 'CREATE INDEX IF NOT EXISTS orders_placed_on_idx ON orders (placed_on);',
  },
  predict: ({ node, statement }, context) => {
    if (!('IndexStmt' in node) || node.IndexStmt.idxname !== undefined) return [];
    const { relation } = node.IndexStmt;
    const table = relation === undefined ? null : context.relation(relation);
    const name = `the index on ${table?.name ?? relation?.relname ?? 'the table'}`;
    return [
      {
        message: `What ${name} is called is left to the server.`,
        ...(table === null ? {} : { relation: table.name }),
        instead: `${statement.sql.replace(/\bon\b/i, `${indexName(relation?.relname ?? 'table')} ON`)};`,
      },
    ];
  },
  observe: ({ trace }) =>
    trace.statements.some(({ newFiles }) => newFiles.some((relation) => relation.endsWith('_idx1'))),
});

/** A name to be completed by whoever pastes it: the columns may be expressions. */
function indexName(table: string): string {
  return `${table.replace(/[^a-z0-9_]/gi, '_').toLowerCase()}_columns_idx`;
}
