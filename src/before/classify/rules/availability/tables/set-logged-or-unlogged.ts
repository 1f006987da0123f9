import { alterCommands } from '../../../alter-commands.js';
import { copyAndSwap } from '../../../locks/copy-and-swap.js';
import { defineRule } from '../../../rule.js';

export default defineRule({
  id: 'set-logged-or-unlogged',
  title: 'SET LOGGED and SET UNLOGGED write the table anew while nobody can use it',
  why: 'The table and its indexes are copied under an ACCESS EXCLUSIVE lock; SET LOGGED also writes all of it to the WAL.',
  instead: 'Make a second table that is as wanted, copy into it, and swap the names in one short transaction.',
  sources: ['https://www.postgresql.org/docs/current/sql-altertable.html'],
  concern: 'availability',
  severity: 'error',
  scope: 'statement',
  on: ['AlterTableStmt'],
  alters: ['AT_SetLogged', 'AT_SetUnLogged'],
  example: {
    setup: 'CREATE UNLOGGED TABLE staged (id bigint PRIMARY KEY);',
    unsafe: 'ALTER TABLE staged SET LOGGED;',
    safe: `CREATE TABLE staged_new (LIKE staged INCLUDING ALL);
INSERT INTO staged_new OVERRIDING SYSTEM VALUE SELECT * FROM staged;
ALTER TABLE staged RENAME TO staged_old;
ALTER TABLE staged_new RENAME TO staged;`,
  },
  predict: ({ node, effects }, context) => {
    if (!('AlterTableStmt' in node)) return [];
    const change = alterCommands(node.AlterTableStmt).find(
      ({ subtype }) => subtype === 'AT_SetLogged' || subtype === 'AT_SetUnLogged',
    );
    if (change === undefined) return [];
    return effects.rewrites
      .filter(({ relation }) => context.existing(relation))
      .map(({ relation, certainty }) => ({
        message: `Reads and writes of ${relation} wait until it and its indexes are written anew.`,
        relation,
        certainty,
        instead: copyAndSwap({ relation, unlogged: change.subtype === 'AT_SetUnLogged' }, context),
      }));
  },
  observe: ({ trace }) =>
    trace.statements.some(({ sql, rewrites }) => /\bset\s+(?:un)?logged\b/i.test(sql) && rewrites.length > 0),
});
