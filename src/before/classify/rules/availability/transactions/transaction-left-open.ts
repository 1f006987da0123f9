import { transactionControl } from '../../../../../foundation/effects/transaction-control.js';
import { defineRule } from '../../../rule.js';

export default defineRule({
  id: 'transaction-left-open',
  title: 'A transaction that is begun and never committed',
  why: 'When the session ends, the server rolls back all that came after BEGIN, while the tool counts the migration as applied.',
  instead: 'End the file with COMMIT.',
  sources: ['https://www.postgresql.org/docs/current/sql-commit.html'],
  concern: 'availability',
  severity: 'error',
  scope: 'file',
  example: {
    setup: 'CREATE TABLE orders (id bigint PRIMARY KEY);',
    unsafe: `BEGIN;
INSERT INTO orders VALUES (1);`,
    safe: `BEGIN;
INSERT INTO orders VALUES (1);
COMMIT;`,
  },
  predict: ({ migration, statements }) => {
    if (migration.transaction.mode === 'single') return [];
    const last = statements.findLast(({ tag, tree, inside }) => {
      const control = tag === 'TransactionStmt' && inside === null ? transactionControl(tree) : null;
      return control !== null && control !== 'savepoint';
    });
    if (last === undefined) return [];
    if (transactionControl(last.tree) !== 'begin') return [];
    const { line } = last.statement.span;
    return [{ message: `The transaction that begins in line ${line} is never committed.`, line, instead: 'COMMIT;' }];
  },
  observe: ({ trace }) => trace.state.kind === 'rolled-back' && trace.statements.every(({ error }) => error === null),
});
