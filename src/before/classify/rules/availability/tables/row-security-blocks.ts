import type { AlterTableType, Node } from '@pgsql/types';
import { alterCommands } from '../../../alter-commands.js';
import { briefLockHits } from '../../../locks/brief-lock.js';
import { queuedWithoutLimit } from '../../../locks/observed-locks.js';
import { defineRule } from '../../../rule.js';

const switches: ReadonlySet<AlterTableType | undefined> = new Set<AlterTableType>([
  'AT_EnableRowSecurity',
  'AT_DisableRowSecurity',
  'AT_ForceRowSecurity',
  'AT_NoForceRowSecurity',
]);

export default defineRule({
  id: 'row-security-blocks',
  title: 'A change of row security stops reads and writes, and queues without a limit',
  why: 'Switching row security and making, changing or dropping a policy need an ACCESS EXCLUSIVE lock: they wait for every query that runs, and every later query waits behind them.',
  instead: 'Set a short lock_timeout, commit at once, and repeat after a pause when it gives up.',
  sources: [
    'https://www.postgresql.org/docs/current/sql-createpolicy.html',
    'https://www.postgresql.org/docs/current/sql-altertable.html',
  ],
  concern: 'availability',
  severity: 'warning',
  scope: 'statement',
  on: ['AlterTableStmt', 'CreatePolicyStmt', 'AlterPolicyStmt', 'DropStmt'],
  example: {
    setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, owner text);',
    unsafe: 'CREATE POLICY own ON orders USING (owner = current_user);',
    safe: `SET lock_timeout = '2s';
CREATE POLICY own ON orders USING (owner = current_user);`,
  },
  predict: (judged, context) =>
    changesRowSecurity(judged.node) ? briefLockHits(judged, context, 'this change of row security') : [],
  observe: ({ trace }) => queuedWithoutLimit(trace, /\brow\s+level\s+security\b|^(?:create|alter|drop)\s+policy\b/i),
});

function changesRowSecurity(node: Node): boolean {
  if ('AlterTableStmt' in node) return alterCommands(node.AlterTableStmt).some(({ subtype }) => switches.has(subtype));
  if ('DropStmt' in node) return node.DropStmt.removeType === 'OBJECT_POLICY';
  return 'CreatePolicyStmt' in node || 'AlterPolicyStmt' in node;
}
