import type { NodeTag } from '../../../../../foundation/effects/effect-context.js';
import { defineRule } from '../../../rule.js';
import { inSteps, outsideTransactions } from '../safe-sql/steps.js';

export default defineRule({
  id: 'refused-in-transaction',
  title: 'A statement that must run alone is refused inside a transaction',
  why: 'VACUUM, ALTER SYSTEM, CREATE DATABASE and their like begin or end transactions themselves, or cannot be rolled back, so the server refuses them inside a transaction block (SQLSTATE 25001) and the migration fails.',
  instead: 'Put the statement into a migration of its own that the tool runs without a transaction.',
  sources: [
    'https://www.postgresql.org/docs/current/sql-vacuum.html',
    'https://www.postgresql.org/docs/current/sql-altersystem.html',
    'https://www.postgresql.org/docs/current/sql-createdatabase.html',
  ],
  concern: 'availability',
  severity: 'error',
  scope: 'statement',
  on: 'any',
  example: {
    setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, status text);',
    unsafe: `ALTER TABLE orders ADD COLUMN note text;
VACUUM orders;`,
    safe: `ALTER TABLE orders ADD COLUMN note text;
VACUUM orders;`,
    transaction: { unsafe: 'single' },
  },
  predict: ({ statement, effects, inTransaction, inside, tag }, { migration }) => {
    if (effects.transactionBlock !== 'refused' || tag === 'TransactionStmt') return [];
    if (mayBeConcurrent.has(tag) && /\bconcurrently\b/i.test(statement.sql)) return [];
    // A query string that holds one statement is no transaction block.
    const alone = migration.transaction.mode === 'implicit' && migration.statements.length === 1;
    if (inside === null && (!inTransaction || alone)) return [];
    const [first] = effects.locks;
    const where = inside === null ? `in a transaction block: ${migration.transaction.reason}` : `in a ${inside}`;
    return [
      {
        message: `The statement is refused ${where}.`,
        ...(first === undefined ? {} : { relation: first.relation }),
        instead: inside === null ? inSteps(outsideTransactions, `${statement.sql};`) : undefined,
      },
    ];
  },
  observe: ({ trace }) => trace.statements.some(({ error }) => error?.code === '25001'),
});

/** Of these concurrently-in-transaction speaks, if they are. */
const mayBeConcurrent: ReadonlySet<NodeTag> = new Set(['IndexStmt', 'DropStmt', 'ReindexStmt', 'AlterTableStmt']);
