import { defineRule } from '../../../rule.js';

export default defineRule({
  id: 'search-path-in-session',
  title: 'SET search_path outlives the migration',
  why: 'Without LOCAL it stays for the whole session: the next migration of the same runner, or another client of a pooled connection, finds other tables under the same names.',
  instead: 'Qualify the names, or use SET LOCAL inside the transaction.',
  sources: ['https://www.postgresql.org/docs/current/sql-set.html'],
  concern: 'compatibility',
  severity: 'info',
  scope: 'statement',
  on: ['VariableSetStmt'],
  example: {
    setup: '',
    unsafe: 'SET search_path = public;',
    safe: 'SET LOCAL search_path = public;',
    transaction: { safe: 'single' },
  },
  predict: ({ node, statement }) => {
    if (!('VariableSetStmt' in node)) return [];
    const { name, kind, is_local: isLocal } = node.VariableSetStmt;
    if (name?.toLowerCase() !== 'search_path' || kind !== 'VAR_SET_VALUE' || isLocal === true) return [];
    return [
      {
        message: 'The search_path stays changed after the migration.',
        instead: `${statement.sql.replace(/^set\s+(session\s+)?/i, 'SET LOCAL ')}; -- inside BEGIN … COMMIT`,
      },
    ];
  },
  unobservable: 'Who uses the session next is decided by a runner or a pooler and not by the change.',
});
