import { defineRule } from '../../rule.js';

export default defineRule({
  id: 'create-index-blocks-writes',
  title: 'CREATE INDEX without CONCURRENTLY blocks writes',
  why: 'It holds a SHARE lock on the table until the index is built; every INSERT, UPDATE and DELETE queues behind it.',
  instead:
    'CREATE INDEX CONCURRENTLY, outside a transaction; if it fails, drop the invalid index that it leaves and repeat.',
  sources: ['https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY'],
  concern: 'availability',
  severity: 'error',
  scope: 'statement',
  on: ['IndexStmt'],
  example: {
    setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, placed_on date NOT NULL);',
    unsafe: 'CREATE INDEX orders_placed_on ON orders (placed_on);',
    safe: 'CREATE INDEX CONCURRENTLY orders_placed_on ON orders (placed_on);',
  },
  predict: ({ node, effects, statement }, context) => {
    if (!('IndexStmt' in node) || node.IndexStmt.concurrent === true) return [];
    const blocked = effects.locks.find(
      ({ relation, mode, created }) => mode === 'ShareLock' && created !== true && context.existing(relation),
    );
    if (blocked === undefined) return [];
    const partitioned = blocked.kind === 'partitioned table';
    return [
      {
        message: `Writes to ${blocked.relation} wait until the index is built.`,
        relation: blocked.relation,
        ...(partitioned
          ? {}
          : { instead: statement.sql.replace(/^(\s*create\s+(?:unique\s+)?index)\b/i, '$1 CONCURRENTLY') }),
      },
    ];
  },
  observe: ({ trace }) =>
    trace.statements.some(({ locks, newFiles }) =>
      locks.some((lock) => lock.mode === 'ShareLock' && lock.created === undefined && newFiles.length > 0),
    ),
});
