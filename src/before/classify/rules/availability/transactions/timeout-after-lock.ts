import { findEarlier } from '../../../earlier-statements.js';
import { blockedRelations } from '../../../locks/blocked-relations.js';
import { observedBlocks, timeoutAt } from '../../../locks/observed-locks.js';
import { defineRule } from '../../../rule.js';

export default defineRule({
  id: 'timeout-after-lock',
  title: 'A timeout is set after the statement that needed it',
  why: 'A setting counts for what comes after it: the lock was already waited for without a limit.',
  instead: 'Set lock_timeout and statement_timeout at the top of the migration.',
  sources: ['https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-LOCK-TIMEOUT'],
  concern: 'availability',
  severity: 'warning',
  scope: 'statement',
  on: ['VariableSetStmt'],
  example: {
    setup: 'CREATE TABLE orders (id bigint PRIMARY KEY);',
    unsafe: `ALTER TABLE orders ADD COLUMN note text;
SET lock_timeout = '2s';`,
    safe: `SET lock_timeout = '2s';
ALTER TABLE orders ADD COLUMN note text;`,
  },
  predict: ({ node, statement }, context) => {
    if (!('VariableSetStmt' in node) || node.VariableSetStmt.kind !== 'VAR_SET_VALUE') return [];
    const setting = node.VariableSetStmt.name?.toLowerCase();
    if (setting !== 'lock_timeout' && setting !== 'statement_timeout') return [];
    if (context.policy.runnerSetsTimeouts || context.timeoutMs(setting) !== null) return [];
    if (/\b0\s*'?$/.test(statement.sql)) return [];
    // Under an earlier one, a second value is a change of mind and not a late thought.
    if (findEarlier(context, (earlier) => earlier.context.timeoutMs(setting) !== null) !== null) return [];
    const unguarded = findEarlier(
      context,
      (earlier) => blockedRelations(earlier.statement, earlier.context).length > 0,
    );
    if (unguarded === null) return [];
    const [first] = blockedRelations(unguarded.statement, unguarded.context);
    return [
      {
        message: `${setting} is set too late for line ${unguarded.statement.statement.span.line}, which locks ${first?.relation ?? 'a table'}.`,
        ...(first === undefined ? {} : { relation: first.relation }),
        instead: `${statement.sql};\n${unguarded.statement.statement.sql};`,
      },
    ];
  },
  observe: ({ trace }) =>
    trace.statements.some(
      ({ sql }, index) =>
        /^set\s+(?:local\s+|session\s+)?(?:lock|statement)_timeout\b/i.test(sql) &&
        timeoutAt(trace, index, 'lock_timeout') === null &&
        trace.statements.slice(0, index).some((earlier) => observedBlocks(earlier).length > 0),
    ),
});
