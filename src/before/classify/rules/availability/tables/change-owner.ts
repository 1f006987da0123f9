import { alterCommands } from '../../../alter-commands.js';
import { briefLockHits } from '../../../locks/brief-lock.js';
import { queuedWithoutLimit } from '../../../locks/observed-locks.js';
import { defineRule } from '../../../rule.js';

export default defineRule({
  id: 'change-owner',
  title: 'OWNER TO stops reads and writes, and queues without a limit',
  why: 'It needs an ACCESS EXCLUSIVE lock, also when the owner stays the same: it waits for every query that runs, and every later query waits behind it.',
  instead: 'Set a short lock_timeout, commit at once, and repeat after a pause when it gives up.',
  sources: ['https://www.postgresql.org/docs/current/sql-altertable.html'],
  concern: 'availability',
  severity: 'warning',
  scope: 'statement',
  on: ['AlterTableStmt'],
  alters: ['AT_ChangeOwner'],
  example: {
    setup: 'CREATE TABLE orders (id bigint PRIMARY KEY);',
    unsafe: 'ALTER TABLE orders OWNER TO app;',
    safe: `SET lock_timeout = '2s';
ALTER TABLE orders OWNER TO app;`,
  },
  predict: (judged, context) =>
    'AlterTableStmt' in judged.node &&
    alterCommands(judged.node.AlterTableStmt).some(({ subtype }) => subtype === 'AT_ChangeOwner')
      ? briefLockHits(judged, context, 'this change of the owner')
      : [],
  observe: ({ trace }) => queuedWithoutLimit(trace, /\bowner\s+to\b/i),
});
