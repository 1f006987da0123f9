import { briefLockHits } from '../../../locks/brief-lock.js';
import { queuedWithoutLimit } from '../../../locks/observed-locks.js';
import { defineRule } from '../../../rule.js';

export default defineRule({
  id: 'drop-trigger-blocks',
  title: 'DROP TRIGGER stops reads and writes, and queues without a limit',
  why: 'It needs an ACCESS EXCLUSIVE lock on the table: it waits for every query that runs, and every later query waits behind it.',
  instead: 'Set a short lock_timeout, commit at once, and repeat after a pause when it gives up.',
  sources: [
    'https://www.postgresql.org/docs/current/sql-droptrigger.html',
    'https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES',
  ],
  concern: 'availability',
  severity: 'warning',
  scope: 'statement',
  on: ['DropStmt'],
  example: {
    setup: `CREATE TABLE orders (id bigint PRIMARY KEY);
CREATE FUNCTION note_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER note BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION note_change();`,
    unsafe: 'DROP TRIGGER note ON orders;',
    safe: `SET lock_timeout = '2s';
DROP TRIGGER note ON orders;`,
  },
  predict: (judged, context) =>
    'DropStmt' in judged.node && judged.node.DropStmt.removeType === 'OBJECT_TRIGGER'
      ? briefLockHits(judged, context, 'DROP TRIGGER')
      : [],
  observe: ({ trace }) => queuedWithoutLimit(trace, /^drop\s+trigger\b/i),
});
