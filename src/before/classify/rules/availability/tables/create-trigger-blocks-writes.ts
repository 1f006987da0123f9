import { briefLockHits } from '../../../locks/brief-lock.js';
import { queuedWithoutLimit } from '../../../locks/observed-locks.js';
import { defineRule } from '../../../rule.js';

export default defineRule({
  id: 'create-trigger-blocks-writes',
  title: 'CREATE TRIGGER stops writes, and queues without a limit',
  why: 'It needs a SHARE ROW EXCLUSIVE lock until its transaction ends; while it waits for one long transaction, all later writers wait behind it.',
  instead: 'Set a short lock_timeout, commit at once, and repeat after a pause when it gives up.',
  sources: [
    'https://www.postgresql.org/docs/current/sql-createtrigger.html',
    'https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES',
  ],
  concern: 'availability',
  severity: 'warning',
  scope: 'statement',
  on: ['CreateTrigStmt'],
  example: {
    setup: `CREATE TABLE orders (id bigint PRIMARY KEY);
CREATE FUNCTION note_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';`,
    unsafe: 'CREATE TRIGGER note BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION note_change();',
    safe: `SET lock_timeout = '2s';
CREATE TRIGGER note BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION note_change();`,
  },
  predict: (judged, context) => briefLockHits(judged, context, 'CREATE TRIGGER'),
  observe: ({ trace }) => queuedWithoutLimit(trace, /^create\s+(?:or\s+replace\s+)?(?:constraint\s+)?trigger\b/i),
});
