import { findEarlier } from '../../../earlier-statements.js';
import type { JudgedStatement } from '../../../judged-statement.js';
import { blockedRelations, describeBlocked } from '../../../locks/blocked-relations.js';
import { withLockTimeout } from '../../../locks/lock-guard.js';
import { observedBlocks, timeoutAt } from '../../../locks/observed-locks.js';
import { defaultPolicy } from '../../../policy.js';
import { defineRule } from '../../../rule.js';
import type { RuleContext } from '../../../rule-context.js';

export default defineRule({
  id: 'timeout-too-long',
  title: 'A lock_timeout that is longer than traffic can wait, or none',
  why: 'Everybody who comes after a waiting statement waits with it; a timeout of minutes is an outage of minutes, and 0 switches it off.',
  instead: 'A second or two, and several attempts with pauses between them.',
  sources: ['https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-LOCK-TIMEOUT'],
  concern: 'availability',
  severity: 'warning',
  scope: 'statement',
  on: 'any',
  example: {
    setup: 'CREATE TABLE orders (id bigint PRIMARY KEY);',
    unsafe: `SET lock_timeout = '10min';
ALTER TABLE orders ADD COLUMN note text;`,
    safe: `SET lock_timeout = '2s';
ALTER TABLE orders ADD COLUMN note text;`,
  },
  predict: (judged, context) => {
    const timeout = longTimeout(judged, context);
    if (timeout === null) return [];
    if (findEarlier(context, ({ statement, context: then }) => longTimeout(statement, then) === timeout) !== null)
      return [];
    const [first] = blockedRelations(judged, context);
    if (first === undefined) return [];
    const limit = timeout === 0 ? 'without a limit' : `up to ${timeout / 1000} s`;
    return [
      {
        message: `${describeBlocked(first)} wait ${limit} behind this statement.`,
        relation: first.relation,
        certainty: first.certainty,
        instead: withLockTimeout(judged.statement.sql),
      },
    ];
  },
  observe: ({ trace }) =>
    trace.statements.some((statement, index) => {
      const timeout = timeoutAt(trace, index, 'lock_timeout');
      const long = timeout !== null && (timeout === 0 || timeout > defaultPolicy.longestLockTimeoutMs);
      return long && observedBlocks(statement).length > 0;
    }),
});

/** In milliseconds; null when there is nothing to say. */
function longTimeout(judged: JudgedStatement, context: RuleContext): number | null {
  const timeout = context.timeoutMs('lock_timeout');
  if (timeout === null || (timeout !== 0 && timeout <= context.policy.longestLockTimeoutMs)) return null;
  return judged.inside === null && blockedRelations(judged, context).length > 0 ? timeout : null;
}
