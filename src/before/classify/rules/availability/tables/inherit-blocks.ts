import { alterCommands } from '../../../alter-commands.js';
import { briefLockHits } from '../../../locks/brief-lock.js';
import { queuedWithoutLimit } from '../../../locks/observed-locks.js';
import { defineRule } from '../../../rule.js';

export default defineRule({
  id: 'inherit-blocks',
  title: 'INHERIT and NO INHERIT stop reads and writes of the child, and queue without a limit',
  why: 'They need an ACCESS EXCLUSIVE lock on the child: they wait for every query that runs, and every later query waits behind them.',
  instead: 'Set a short lock_timeout, commit at once, and repeat after a pause when it gives up.',
  sources: ['https://www.postgresql.org/docs/current/sql-altertable.html'],
  concern: 'availability',
  severity: 'warning',
  scope: 'statement',
  on: ['AlterTableStmt'],
  alters: ['AT_AddInherit', 'AT_DropInherit'],
  example: {
    setup: 'CREATE TABLE events (id bigint); CREATE TABLE events_old (id bigint);',
    unsafe: 'ALTER TABLE events_old INHERIT events;',
    safe: `SET lock_timeout = '2s';
ALTER TABLE events_old INHERIT events;`,
  },
  predict: (judged, context) =>
    'AlterTableStmt' in judged.node &&
    alterCommands(judged.node.AlterTableStmt).some(
      ({ subtype }) => subtype === 'AT_AddInherit' || subtype === 'AT_DropInherit',
    )
      ? briefLockHits(judged, context, 'this change of inheritance')
      : [],
  observe: ({ trace }) => queuedWithoutLimit(trace, /\binherit\b/i),
});
