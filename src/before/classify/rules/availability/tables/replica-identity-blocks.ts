import { alterCommands } from '../../../alter-commands.js';
import { briefLockHits } from '../../../locks/brief-lock.js';
import { queuedWithoutLimit } from '../../../locks/observed-locks.js';
import { defineRule } from '../../../rule.js';

export default defineRule({
  id: 'replica-identity-blocks',
  title: 'REPLICA IDENTITY stops reads and writes, and queues without a limit',
  why: 'It needs an ACCESS EXCLUSIVE lock: it waits for every query that runs, and every later query waits behind it.',
  instead: 'Set a short lock_timeout, commit at once, and repeat after a pause when it gives up.',
  sources: ['https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-REPLICA-IDENTITY'],
  concern: 'availability',
  severity: 'warning',
  scope: 'statement',
  on: ['AlterTableStmt'],
  alters: ['AT_ReplicaIdentity'],
  example: {
    setup: 'CREATE TABLE orders (id bigint PRIMARY KEY);',
    unsafe: 'ALTER TABLE orders REPLICA IDENTITY FULL;',
    safe: `SET lock_timeout = '2s';
ALTER TABLE orders REPLICA IDENTITY FULL;`,
  },
  predict: (judged, context) =>
    'AlterTableStmt' in judged.node &&
    alterCommands(judged.node.AlterTableStmt).some(({ subtype }) => subtype === 'AT_ReplicaIdentity')
      ? briefLockHits(judged, context, 'this change of the replica identity')
      : [],
  observe: ({ trace }) => queuedWithoutLimit(trace, /\breplica\s+identity\b/i),
});
