import { briefLockHits } from '../../../locks/brief-lock.js';
import { queuedWithoutLimit } from '../../../locks/observed-locks.js';
import { defineRule } from '../../../rule.js';

export default defineRule({
  id: 'truncate-table',
  title: 'TRUNCATE stops reads and writes, and queues without a limit',
  why: 'It needs an ACCESS EXCLUSIVE lock until its transaction ends: it waits for every query that runs, and every later query waits behind it.',
  instead:
    'Delete in batches if the table is in use; else set a short lock_timeout, commit at once, and repeat when it gives up.',
  sources: [
    'https://www.postgresql.org/docs/current/sql-truncate.html',
    'https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES',
  ],
  concern: 'availability',
  severity: 'warning',
  scope: 'statement',
  on: ['TruncateStmt'],
  example: {
    setup: 'CREATE TABLE events (id bigint PRIMARY KEY);',
    unsafe: 'TRUNCATE events;',
    safe: `SET lock_timeout = '2s';
TRUNCATE events;`,
  },
  predict: (judged, context) => briefLockHits(judged, context, 'TRUNCATE'),
  observe: ({ trace }) => queuedWithoutLimit(trace, /^truncate\b/i),
});
