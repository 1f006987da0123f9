import { findEarlier, inTwoTransactions } from '../../../earlier-statements.js';
import type { JudgedStatement } from '../../../judged-statement.js';
import { blockedTables, heldTables } from '../../../locks/blocked-relations.js';
import { observedBlocks } from '../../../locks/observed-locks.js';
import { defineRule } from '../../../rule.js';
import type { RuleContext } from '../../../rule-context.js';

export default defineRule({
  id: 'several-tables-locked',
  title: 'One transaction stops the traffic of several tables',
  why: 'The first table stays locked while the transaction queues for the next one, and an application that takes them in another order deadlocks with it.',
  instead: 'One table in each transaction: commit in between, or split the migration.',
  sources: ['https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-DEADLOCKS'],
  concern: 'availability',
  severity: 'warning',
  scope: 'statement',
  on: 'any',
  example: {
    setup: 'CREATE TABLE orders (id bigint PRIMARY KEY); CREATE TABLE customers (id bigint PRIMARY KEY);',
    unsafe: `ALTER TABLE orders ADD COLUMN note text;
ALTER TABLE customers ADD COLUMN note text;`,
    safe: `ALTER TABLE orders ADD COLUMN note text;
ALTER TABLE customers ADD COLUMN note text;`,
    transaction: { unsafe: 'single' },
  },
  predict: (judged, context) => {
    const [next] = furtherTables(judged, context);
    if (next === undefined) return [];
    // The first crossing says it; the third and fourth table would only say it again.
    const said = findEarlier(
      context,
      (earlier) => earlier.context.held.length === 0 || furtherTables(earlier.statement, earlier.context).length > 0,
    );
    if (said !== null && said.context.held.length > 0) return [];
    const held = heldTables(context).map(({ relation }) => relation);
    const since = findEarlier(context, ({ statement }) =>
      statement.effects.locks.some(({ relation }) => held.includes(relation)),
    );
    return [
      {
        message: `${held.join(', ')}: still locked while this queues for ${next.relation}, until the transaction ends.`,
        relation: next.relation,
        certainty: next.certainty,
        ...(judged.inside === null ? { instead: inTwoTransactions(since, judged) } : {}),
      },
    ];
  },
  observe: ({ trace }) =>
    trace.transaction.mode === 'single' &&
    new Set(trace.statements.flatMap((statement) => observedBlocks(statement).map(({ relation }) => relation))).size >
      1,
});

/** Tables that a statement stops while others are stopped already. What a body does is seen statement by statement. */
function furtherTables(judged: JudgedStatement, context: RuleContext): ReturnType<typeof blockedTables> {
  if (!judged.inTransaction || context.held.length === 0 || runsBody(judged)) return [];
  const blocked = blockedTables(judged, context);
  if (blocked.length === 0) return [];
  const held = new Set(heldTables(context).map(({ relation }) => relation));
  return held.size === 0 ? [] : blocked.filter(({ relation }) => !held.has(relation));
}

function runsBody({ node }: JudgedStatement): boolean {
  return 'DoStmt' in node || 'CallStmt' in node || 'SelectStmt' in node;
}
