import { columnOf } from '../../../alter-commands.js';
import { defineRule } from '../../../rule.js';
import { alterations } from '../../../subjects/alterations.js';

export default defineRule({
  id: 'select-star-prepared',
  title: 'Prepared SELECT * fails once in every session',
  why: 'A prepared statement (most drivers and poolers keep some) whose columns change fails with "cached plan must not change result type".',
  instead: 'Name the columns in the application, or let its sessions reconnect with the release.',
  sources: ['https://www.postgresql.org/docs/current/sql-prepare.html'],
  concern: 'compatibility',
  severity: 'info',
  scope: 'statement',
  on: ['AlterTableStmt'],
  alters: ['AT_AddColumn'],
  example: {
    setup: 'CREATE TABLE users (id bigint PRIMARY KEY);',
    unsafe: 'ALTER TABLE users ADD COLUMN name text;',
    safe: 'ALTER TABLE users ALTER COLUMN id SET STATISTICS 200;',
    application: 'SELECT * FROM users',
  },
  predict: (statement, context) =>
    alterations(statement, context, ['AT_AddColumn'])
      .filter(({ relation, command }) => {
        const name = columnOf(command)?.colname;
        return command.missing_ok !== true || !relation.facts?.columns.some((column) => column.name === name);
      })
      .slice(0, 1)
      .map(({ relation }) => ({
        message: `A prepared SELECT * from ${relation.name} fails the next time it runs.`,
        relation: relation.name,
      })),
  observe: ({ applicationError }) => applicationError === '0A000',
});
