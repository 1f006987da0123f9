import type { JudgedStatement } from '../../../judged-statement.js';
import { blockedRelations, describeBlocked } from '../../../locks/blocked-relations.js';
import { withLockTimeout } from '../../../locks/lock-guard.js';
import { hadTimeout, observedBlocks } from '../../../locks/observed-locks.js';
import { findEarlier } from '../../../earlier-statements.js';
import { defineRule } from '../../../rule.js';
import type { RuleContext } from '../../../rule-context.js';

export default defineRule({
  id: 'missing-lock-timeout',
  title: 'A lock that stops traffic is asked for without lock_timeout',
  why: 'Behind one long query the statement waits without a limit, and everybody who comes later waits behind it.',
  instead:
    'Set lock_timeout before the first such statement, to a second or two, and repeat the migration when it gives up (55P03).',
  sources: [
    'https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-LOCK-TIMEOUT',
    'https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES',
  ],
  concern: 'availability',
  severity: 'warning',
  scope: 'statement',
  on: 'any',
  example: {
    setup: 'CREATE TABLE orders (id bigint PRIMARY KEY);',
    unsafe: 'ALTER TABLE orders ADD COLUMN note text;',
    safe: `SET lock_timeout = '2s';
ALTER TABLE orders ADD COLUMN note text;`,
  },
  predict: (judged, context) => {
    if (!queuesForever(judged, context)) return [];
    // Once in a migration is enough: one SET at its top answers all of them.
    if (findEarlier(context, ({ statement, context: then }) => queuesForever(statement, then)) !== null) return [];
    const [first] = blockedRelations(judged, context);
    if (first === undefined) return [];
    return [
      {
        message: `${describeBlocked(first)} wait behind this statement for as long as it waits itself.`,
        relation: first.relation,
        certainty: first.certainty,
        instead: withLockTimeout(judged.statement.sql),
      },
    ];
  },
  observe: ({ trace }) =>
    trace.statements.some((statement, index) => observedBlocks(statement).length > 0 && !hadTimeout(trace, index)),
});

/** A timeout of 0 is a choice, of which another rule speaks. */
function queuesForever(judged: JudgedStatement, context: RuleContext): boolean {
  // What a body does is counted with the statement that runs it.
  if (judged.inside !== null || context.policy.runnerSetsTimeouts || context.timeoutMs('lock_timeout') !== null)
    return false;
  const waits = !('LockStmt' in judged.node && judged.node.LockStmt.nowait === true);
  return waits && blockedRelations(judged, context).length > 0;
}
