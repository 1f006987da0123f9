import type { IndexStmt } from '@pgsql/types';
import type { LockRequest } from '../../../../../model/effects.js';
import type { JudgedStatement } from '../../../judged-statement.js';
import { defineRule } from '../../../rule.js';
import type { RuleContext } from '../../../rule-context.js';
import { concurrently } from '../safe-sql/create-index-text.js';
import { indexOnPartitions } from '../safe-sql/index-on-partitions.js';
import { inSteps, outsideTransactions } from '../safe-sql/steps.js';

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
  predict: (statement, context) => {
    const { node, effects } = statement;
    if (!('IndexStmt' in node) || node.IndexStmt.concurrent === true || buildsNothing(node.IndexStmt, context))
      return [];
    const blocked = effects.locks.find(
      ({ relation, mode, created }) => mode === 'ShareLock' && created !== true && context.existing(relation),
    );
    if (blocked === undefined) return [];
    return [
      {
        message: `Writes to ${blocked.relation} wait until the index is built.`,
        relation: blocked.relation,
        instead: instead(statement, { create: node.IndexStmt, blocked }, context),
      },
    ];
  },
  observe: ({ trace }) =>
    trace.statements.some(({ locks, newFiles }) =>
      locks.some((lock) => lock.mode === 'ShareLock' && lock.created === undefined && newFiles.length > 0),
    ),
});

/** ON ONLY a partitioned table makes the frame into which the partitions' indexes are hung. */
function buildsNothing({ relation, if_not_exists, idxname }: IndexStmt, context: RuleContext): boolean {
  const table = relation === undefined ? null : context.relation(relation);
  if (context.graph === null || table?.facts == null) return relation?.inh !== true;
  if (if_not_exists === true && context.graph.findRelation(table.facts.schema, idxname ?? '', []) !== null) return true;
  return relation?.inh !== true && table.kind === 'partitioned table';
}

function instead(
  statement: JudgedStatement,
  { create, blocked }: { readonly create: IndexStmt; readonly blocked: LockRequest },
  context: RuleContext,
): string | undefined {
  const table = create.relation === undefined ? null : context.relation(create.relation);
  if (blocked.kind === 'partitioned table' && table !== null) {
    const steps = indexOnPartitions(statement, create, { table, graph: context.graph });
    return steps === null ? undefined : inSteps(outsideTransactions, ...steps);
  }
  return statement.inside === null ? inSteps(outsideTransactions, concurrently(statement.statement.sql)) : undefined;
}
