import { transactionControl } from '../../../../../foundation/effects/transaction-control.js';
import { findEarlier } from '../../../earlier-statements.js';
import { defineRule } from '../../../rule.js';
import type { RuleContext } from '../../../rule-context.js';

export default defineRule({
  id: 'nested-transaction',
  title: 'BEGIN inside a transaction does nothing',
  why: 'PostgreSQL has no nested transactions: the second BEGIN is a warning, and the first COMMIT ends the outer transaction.',
  instead: 'Leave BEGIN and COMMIT to the tool that runs the migration; for a part that may fail, SAVEPOINT.',
  sources: ['https://www.postgresql.org/docs/current/sql-begin.html'],
  concern: 'availability',
  severity: 'warning',
  scope: 'statement',
  on: ['TransactionStmt'],
  example: {
    setup: 'CREATE TABLE orders (id bigint PRIMARY KEY);',
    unsafe: `BEGIN;
INSERT INTO orders VALUES (1);
BEGIN;
INSERT INTO orders VALUES (2);
COMMIT;`,
    safe: `BEGIN;
INSERT INTO orders VALUES (1);
SAVEPOINT second;
INSERT INTO orders VALUES (2);
COMMIT;`,
  },
  predict: ({ tree }, context) => {
    if (transactionControl(tree) !== 'begin' || !isOpen(context)) return [];
    const by = context.migration.transaction.mode === 'single' ? 'The runner of migrations' : 'An earlier BEGIN';
    return [{ message: `${by} has opened the transaction already.`, instead: 'SAVEPOINT part;' }];
  },
  observe: ({ trace }) =>
    trace.statements.some(
      ({ sql, notices }) => /^(?:begin|start)\b/i.test(sql) && notices.some(({ code }) => code === '25001'),
    ),
});

/** Several statements that are sent as one are a transaction that BEGIN may still make explicit. */
function isOpen(context: RuleContext): boolean {
  const last = findEarlier(context, ({ statement }) => {
    const control = statement.inside === null ? transactionControl(statement.tree) : null;
    return control !== null && control !== 'savepoint';
  });
  if (last === null) return context.migration.transaction.mode === 'single';
  return transactionControl(last.statement.tree) === 'begin';
}
