import { blockedTables, describeBlocked } from '../../../locks/blocked-relations.js';
import { isGuarded, withLockTimeout } from '../../../locks/lock-guard.js';
import { observedBlocks } from '../../../locks/observed-locks.js';
import { defineRule } from '../../../rule.js';

export default defineRule({
  id: 'lock-table',
  title: 'LOCK TABLE stops traffic until its transaction ends',
  why: 'From SHARE upwards all writes wait, under ACCESS EXCLUSIVE (the default) reads too, for as long as the transaction works.',
  instead:
    'Do without: most statements lock what they need. Else take the weakest mode that serves, with NOWAIT or a short lock_timeout, right before the statement that needs it.',
  sources: [
    'https://www.postgresql.org/docs/current/sql-lock.html',
    'https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES',
  ],
  concern: 'availability',
  severity: 'warning',
  scope: 'statement',
  on: ['LockStmt'],
  example: {
    setup: 'CREATE TABLE orders (id bigint PRIMARY KEY);',
    unsafe: 'LOCK TABLE orders;',
    safe: 'LOCK TABLE orders IN SHARE UPDATE EXCLUSIVE MODE;',
    transaction: { unsafe: 'single', safe: 'single' },
  },
  predict: (judged, context) => {
    const { node, statement } = judged;
    const [first] = blockedTables(judged, context);
    if (!('LockStmt' in node) || first === undefined) return [];
    const patient = node.LockStmt.nowait !== true && !isGuarded(context);
    return [
      {
        message: `${describeBlocked(first)} wait from here to the end of the transaction.`,
        relation: first.relation,
        certainty: first.certainty,
        ...(patient ? { instead: withLockTimeout(statement.sql) } : { severity: 'info' as const }),
      },
    ];
  },
  observe: ({ trace }) =>
    trace.statements.some((statement) => /^lock\b/i.test(statement.sql) && observedBlocks(statement).length > 0),
});
