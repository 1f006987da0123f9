import { defineRule } from '../../../rule.js';
import { inSteps, outsideTransactions } from '../safe-sql/steps.js';

export default defineRule({
  id: 'concurrently-in-transaction',
  title: 'CONCURRENTLY inside a transaction is refused',
  why: 'What is done CONCURRENTLY commits several times on its way, so the server refuses it inside a transaction block (SQLSTATE 25001) and the migration fails.',
  instead: 'Put the statement into a migration of its own that the tool runs without a transaction.',
  sources: [
    'https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY',
    'https://www.postgresql.org/docs/current/sql-altertable.html',
  ],
  concern: 'availability',
  severity: 'error',
  scope: 'statement',
  on: ['IndexStmt', 'DropStmt', 'ReindexStmt', 'AlterTableStmt'],
  example: {
    setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, status text);',
    unsafe: `ALTER TABLE orders ADD COLUMN note text;
CREATE INDEX CONCURRENTLY orders_status ON orders (status);`,
    safe: `ALTER TABLE orders ADD COLUMN note text;
CREATE INDEX CONCURRENTLY orders_status ON orders (status);`,
    transaction: { unsafe: 'single' },
  },
  predict: ({ statement, effects, inTransaction, inside }, { migration }) => {
    if (effects.transactionBlock !== 'refused' || !/\bconcurrently\b/i.test(statement.sql)) return [];
    // A query string that holds one statement is no transaction block.
    const alone = migration.transaction.mode === 'implicit' && migration.statements.length === 1;
    if (inside === null && (!inTransaction || alone)) return [];
    const [first] = effects.locks;
    const where = inside === null ? 'in a transaction block' : `in a ${inside}`;
    return [
      {
        message: `The statement is refused ${where}: ${migration.transaction.reason}.`,
        ...(first === undefined ? {} : { relation: first.relation }),
        instead: inside === null ? inSteps(outsideTransactions, `${statement.sql};`) : undefined,
      },
    ];
  },
  observe: ({ trace }) => trace.statements.some(({ error }) => error?.code === '25001'),
});
