import { lockModes } from '../../../../../model/locks.js';
import { defineRule } from '../../../rule.js';

export default defineRule({
  id: 'idle-timeout-missing',
  title: 'A transaction with locks and no idle_in_transaction_session_timeout',
  why: 'If the client stalls between two statements (a lost connection, a prompt), the locks stay until somebody ends the session.',
  instead: "SET LOCAL idle_in_transaction_session_timeout = '10s' at the beginning of the transaction.",
  sources: [
    'https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-IDLE-IN-TRANSACTION-SESSION-TIMEOUT',
  ],
  concern: 'style',
  severity: 'info',
  scope: 'statement',
  on: 'any',
  example: {
    setup: 'CREATE TABLE users (id bigint);',
    unsafe: 'ALTER TABLE users ADD COLUMN name text;',
    safe: "SET LOCAL idle_in_transaction_session_timeout = '10s'; ALTER TABLE users ADD COLUMN name text;",
    transaction: { unsafe: 'single', safe: 'single' },
  },
  predict: ({ effects, inTransaction, inside }, context) => {
    if (!inTransaction || inside !== null || context.policy.runnerSetsTimeouts) return [];
    const set = context.timeoutMs('idle_in_transaction_session_timeout');
    if (set !== null && set > 0) return [];
    const isStrong = (mode: (typeof lockModes)[number]): boolean =>
      lockModes.indexOf(mode) >= lockModes.indexOf('ShareUpdateExclusiveLock');
    if (context.held.some(({ mode }) => isStrong(mode))) return [];
    const first = effects.locks.find(
      ({ relation, mode, created }) => created !== true && isStrong(mode) && context.existing(relation),
    );
    if (first === undefined) return [];
    return [
      {
        message: `The lock on ${first.relation} stays for as long as a stalled client keeps the transaction open.`,
        relation: first.relation,
      },
    ];
  },
  unobservable: 'It matters when a client falls silent, which a change cannot show.',
});
