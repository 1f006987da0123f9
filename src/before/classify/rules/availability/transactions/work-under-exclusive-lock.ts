import type { SelectStmt } from '@pgsql/types';
import { alterCommands } from '../../../alter-commands.js';
import { findEarlier, inTwoTransactions } from '../../../earlier-statements.js';
import type { JudgedStatement } from '../../../judged-statement.js';
import { describeBlocked, heldTables } from '../../../locks/blocked-relations.js';
import { observedBlocks } from '../../../locks/observed-locks.js';
import { rowsReached } from '../../../rows/rows-reached.js';
import { defineRule } from '../../../rule.js';
import type { RuleContext } from '../../../rule-context.js';

export default defineRule({
  id: 'work-under-exclusive-lock',
  title: 'Slow work while the transaction holds a lock that stops traffic',
  why: 'A lock is held to the end of its transaction: a change that takes milliseconds stops traffic for as long as the scan, copy or update behind it.',
  instead: 'Do the slow work in a transaction of its own, before the lock or after it.',
  sources: ['https://www.postgresql.org/docs/current/explicit-locking.html'],
  concern: 'availability',
  severity: 'error',
  scope: 'statement',
  on: [
    'AlterTableStmt',
    'UpdateStmt',
    'DeleteStmt',
    'InsertStmt',
    'MergeStmt',
    'CreateTableAsStmt',
    'RefreshMatViewStmt',
  ],
  example: {
    setup: `CREATE TABLE orders (id bigint PRIMARY KEY, state text);
INSERT INTO orders SELECT generate_series(1, 1000);`,
    unsafe: `ALTER TABLE orders ADD COLUMN kind text;
UPDATE orders SET kind = 'web';`,
    safe: `ALTER TABLE orders ADD COLUMN kind text;
UPDATE orders SET kind = 'web';`,
    transaction: { unsafe: 'single' },
  },
  predict: (judged, context) => {
    if (!judged.inTransaction || !isSlow(judged, context)) return [];
    const [held] = heldTables(context);
    if (held === undefined) return [];
    const since = findEarlier(context, ({ statement }) =>
      statement.effects.locks.some(({ relation, mode }) => relation === held.relation && mode === held.mode),
    );
    const line = since === null ? '' : ` since line ${since.statement.statement.span.line}`;
    return [
      {
        message: `${describeBlocked(held)} have waited${line}, and go on waiting until this work is done.`,
        relation: held.relation,
        certainty: held.certainty,
        ...(judged.inside === null ? { instead: inTwoTransactions(since, judged) } : {}),
      },
    ];
  },
  observe: ({ trace }) =>
    trace.transaction.mode === 'single' &&
    trace.statements.some(
      ({ scans, rewrites, rowsWritten }, index) =>
        (scans.length > 0 || rewrites.length > 0 || (rowsWritten ?? 0) >= 1000) &&
        trace.statements.slice(0, index).some((earlier) => observedBlocks(earlier).length > 0),
    ),
});

/** Index builds and validations have rules of their own. */
function isSlow({ node, effects }: JudgedStatement, context: RuleContext): boolean {
  if ('AlterTableStmt' in node) {
    const validates = alterCommands(node.AlterTableStmt).every(({ subtype }) => subtype === 'AT_ValidateConstraint');
    return !validates && [...effects.scans, ...effects.rewrites].some(({ relation }) => context.existing(relation));
  }
  const changed = 'UpdateStmt' in node ? node.UpdateStmt : 'DeleteStmt' in node ? node.DeleteStmt : null;
  if (changed !== null) {
    const table = context.relation(changed.relation ?? {});
    return (
      table !== null && context.existing(table.name) && rowsReached(changed.whereClause, table, context) === 'many'
    );
  }
  if ('InsertStmt' in node) return readsTable(node.InsertStmt.selectStmt);
  if ('CreateTableAsStmt' in node) return readsTable(node.CreateTableAsStmt.query);
  return 'MergeStmt' in node || ('RefreshMatViewStmt' in node && node.RefreshMatViewStmt.skipData !== true);
}

function readsTable(query: { readonly SelectStmt: SelectStmt } | object | undefined): boolean {
  if (query === undefined || !('SelectStmt' in query)) return false;
  const { fromClause = [], limitCount, larg, rarg } = query.SelectStmt;
  if (larg !== undefined || rarg !== undefined) return true;
  return limitCount === undefined && fromClause.some((item) => 'RangeVar' in item || 'JoinExpr' in item);
}
