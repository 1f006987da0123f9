import { briefLockHits } from '../../../locks/brief-lock.js';
import { queuedWithoutLimit } from '../../../locks/observed-locks.js';
import { defineRule } from '../../../rule.js';

export default defineRule({
  id: 'create-rule',
  title: 'CREATE RULE stops reads and writes, and queues without a limit',
  why: 'It needs an ACCESS EXCLUSIVE lock on the table: it waits for every query that runs, and every later query waits behind it.',
  instead: 'Set a short lock_timeout, commit at once, and repeat after a pause when it gives up.',
  sources: [
    'https://www.postgresql.org/docs/current/sql-createrule.html',
    'https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES',
  ],
  concern: 'availability',
  severity: 'warning',
  scope: 'statement',
  on: ['RuleStmt'],
  example: {
    setup: 'CREATE TABLE orders (id bigint PRIMARY KEY);',
    unsafe: 'CREATE RULE keep AS ON DELETE TO orders DO INSTEAD NOTHING;',
    safe: `SET lock_timeout = '2s';
CREATE RULE keep AS ON DELETE TO orders DO INSTEAD NOTHING;`,
  },
  predict: (judged, context) => briefLockHits(judged, context, 'CREATE RULE'),
  observe: ({ trace }) => queuedWithoutLimit(trace, /^create\s+(?:or\s+replace\s+)?rule\b/i),
});
