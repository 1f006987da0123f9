import type { AlterTableType } from '@pgsql/types';
import { alterCommands } from '../../../alter-commands.js';
import { briefLockHits } from '../../../locks/brief-lock.js';
import { queuedWithoutLimit } from '../../../locks/observed-locks.js';
import { defineRule } from '../../../rule.js';

const toggles: ReadonlySet<AlterTableType | undefined> = new Set<AlterTableType>([
  'AT_EnableTrig',
  'AT_EnableAlwaysTrig',
  'AT_EnableReplicaTrig',
  'AT_EnableTrigAll',
  'AT_EnableTrigUser',
  'AT_DisableTrig',
  'AT_DisableTrigAll',
  'AT_DisableTrigUser',
]);

export default defineRule({
  id: 'toggle-trigger',
  title: 'ENABLE or DISABLE TRIGGER stops writes, and holds for everybody',
  why: 'It needs a SHARE ROW EXCLUSIVE lock until its transaction ends, and then switches the trigger for all sessions, not only for the migration.',
  instead:
    'To spare one session its triggers, SET LOCAL session_replication_role = replica there: that takes no lock. Else set a short lock_timeout and repeat when it gives up.',
  sources: [
    'https://www.postgresql.org/docs/current/sql-altertable.html',
    'https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-SESSION-REPLICATION-ROLE',
  ],
  concern: 'availability',
  severity: 'warning',
  scope: 'statement',
  on: ['AlterTableStmt'],
  example: {
    setup: `CREATE TABLE orders (id bigint PRIMARY KEY, state text);
CREATE FUNCTION note_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER note BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION note_change();`,
    unsafe: 'ALTER TABLE orders DISABLE TRIGGER note;',
    safe: `SET session_replication_role = replica;
UPDATE orders SET state = 'new' WHERE id = 1;
RESET session_replication_role;`,
  },
  predict: (judged, context) =>
    'AlterTableStmt' in judged.node &&
    alterCommands(judged.node.AlterTableStmt).some(({ subtype }) => toggles.has(subtype))
      ? briefLockHits(judged, context, 'this switch of a trigger')
      : [],
  observe: ({ trace }) => queuedWithoutLimit(trace, /\b(?:en|dis)able\s+(?:(?:always|replica)\s+)?trigger\b/i),
});
