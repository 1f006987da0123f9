import { findEarlier } from '../../../earlier-statements.js';
import type { JudgedStatement } from '../../../judged-statement.js';
import { blockedRelations, describeBlocked } from '../../../locks/blocked-relations.js';
import { hadTimeout, observedBlocks } from '../../../locks/observed-locks.js';
import { defineRule } from '../../../rule.js';
import type { RuleContext } from '../../../rule-context.js';

export default defineRule({
  id: 'missing-statement-timeout',
  title: 'A lock that stops traffic is held without statement_timeout',
  why: 'lock_timeout limits the waiting, not the work: a statement that takes longer than expected holds its lock until somebody ends it.',
  instead: 'Set statement_timeout to the longest stop that traffic can bear.',
  sources: ['https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-STATEMENT-TIMEOUT'],
  concern: 'availability',
  severity: 'warning',
  scope: 'statement',
  on: 'any',
  example: {
    setup: 'CREATE TABLE orders (id bigint PRIMARY KEY);',
    unsafe: 'ALTER TABLE orders ADD CHECK (id > 0);',
    safe: `SET statement_timeout = '5s';
ALTER TABLE orders ADD CHECK (id > 0);`,
  },
  predict: (judged, context) => {
    if (!worksForever(judged, context)) return [];
    if (findEarlier(context, ({ statement, context: then }) => worksForever(statement, then)) !== null) return [];
    const [first] = blockedRelations(judged, context);
    if (first === undefined) return [];
    const { effects, statement } = judged;
    const works = effects.scans.length > 0 || effects.rewrites.length > 0;
    return [
      {
        message: `${describeBlocked(first)} wait for as long as this statement works.`,
        relation: first.relation,
        certainty: first.certainty,
        ...(works ? {} : { severity: 'info' as const }),
        instead: `SET statement_timeout = '5s';\n${statement.sql};\nRESET statement_timeout;`,
      },
    ];
  },
  observe: ({ trace }) =>
    trace.statements.some(
      (statement, index) => observedBlocks(statement).length > 0 && !hadTimeout(trace, index, 'statement_timeout'),
    ),
});

function worksForever(judged: JudgedStatement, context: RuleContext): boolean {
  // What a body does is counted with the statement that runs it.
  if (judged.inside !== null || context.policy.runnerSetsTimeouts || context.timeoutMs('statement_timeout') !== null)
    return false;
  return blockedRelations(judged, context).length > 0;
}
