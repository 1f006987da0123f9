import { transactionControl } from '../../../../../foundation/effects/transaction-control.js';
import { defineRule } from '../../../rule.js';

export default defineRule({
  id: 'transaction-control-in-transaction',
  title: 'COMMIT or ROLLBACK ends the transaction of the tool that runs the migration',
  why: 'What comes after it runs without a transaction, and a failure there leaves half of the migration applied and not recorded.',
  instead: 'Leave the transaction to the tool, or tell the tool not to open one for this file.',
  sources: ['https://www.postgresql.org/docs/current/sql-commit.html'],
  concern: 'availability',
  severity: 'error',
  scope: 'statement',
  on: ['TransactionStmt'],
  example: {
    setup: 'CREATE TABLE orders (id bigint PRIMARY KEY);',
    unsafe: `INSERT INTO orders VALUES (1);
COMMIT;
INSERT INTO orders VALUES (1);`,
    safe: `INSERT INTO orders VALUES (1);
INSERT INTO orders VALUES (2);`,
    transaction: { unsafe: 'single', safe: 'single' },
  },
  predict: ({ tree, statement }, context) => {
    const control = transactionControl(tree);
    if (context.migration.transaction.mode !== 'single' || (control !== 'commit' && control !== 'rollback')) return [];
    const [word = ''] = statement.sql.split(/[\s;]/);
    return [{ message: `${word.toUpperCase()} ends the transaction that the tool opened; it does not notice.` }];
  },
  observe: ({ trace }) =>
    trace.transaction.mode === 'single' &&
    trace.state.kind === 'partial' &&
    trace.statements.some(({ sql }) => /^(?:commit|end|rollback|abort)\b/i.test(sql)),
});
