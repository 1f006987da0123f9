import { quoteIdentifier } from '../../../../../foundation/sql/quote-identifier.js';
import { alterCommands } from '../../../alter-commands.js';
import { copyAndSwap } from '../../../locks/copy-and-swap.js';
import { defineRule } from '../../../rule.js';

export default defineRule({
  id: 'set-access-method',
  title: 'SET ACCESS METHOD writes the table anew while nobody can use it',
  why: 'The table and its indexes are copied under an ACCESS EXCLUSIVE lock.',
  instead: 'Make a second table with that access method, copy into it, and swap the names in one short transaction.',
  sources: ['https://www.postgresql.org/docs/current/sql-altertable.html'],
  concern: 'availability',
  severity: 'error',
  scope: 'statement',
  on: ['AlterTableStmt'],
  alters: ['AT_SetAccessMethod'],
  example: {
    setup: `DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_am WHERE amname = 'heap_too') THEN
    CREATE ACCESS METHOD heap_too TYPE TABLE HANDLER heap_tableam_handler;
  END IF;
END $$;
CREATE TABLE events (id bigint PRIMARY KEY);`,
    unsafe: 'ALTER TABLE events SET ACCESS METHOD heap_too;',
    safe: `CREATE TABLE events_new (LIKE events INCLUDING ALL) USING heap_too;
INSERT INTO events_new OVERRIDING SYSTEM VALUE SELECT * FROM events;
ALTER TABLE events RENAME TO events_old;
ALTER TABLE events_new RENAME TO events;`,
  },
  predict: ({ node, effects }, context) => {
    if (!('AlterTableStmt' in node)) return [];
    const change = alterCommands(node.AlterTableStmt).find(({ subtype }) => subtype === 'AT_SetAccessMethod');
    if (change === undefined) return [];
    return effects.rewrites
      .filter(({ relation }) => context.existing(relation))
      .map(({ relation, certainty }) => ({
        message: `Reads and writes of ${relation} wait until it and its indexes are written anew.`,
        relation,
        certainty,
        instead: copyAndSwap({ relation, storage: `USING ${quoteIdentifier(change.name ?? 'heap')}` }, context),
      }));
  },
  observe: ({ trace }) =>
    trace.statements.some(({ sql, rewrites }) => /\bset\s+access\s+method\b/i.test(sql) && rewrites.length > 0),
});
