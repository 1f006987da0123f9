import { quoteIdentifier } from '../../../../../foundation/sql/quote-identifier.js';
import { defineRule } from '../../../rule.js';
import { alterations, lacksColumn } from '../../../subjects/alterations.js';

export default defineRule({
  id: 'drop-column',
  title: 'Dropping a column loses its values and breaks whoever still reads it',
  why: 'The values are gone at COMMIT, and every running application version that names the column fails from then on.',
  instead:
    'Release code that neither reads nor writes the column, keep a copy of the values, and drop it in a later change.',
  sources: ['https://www.postgresql.org/docs/current/ddl-alter.html#DDL-ALTER-REMOVING-A-COLUMN'],
  concern: 'data',
  severity: 'error',
  scope: 'statement',
  on: ['AlterTableStmt'],
  alters: ['AT_DropColumn'],
  example: {
    setup: 'CREATE TABLE users (id bigint PRIMARY KEY, fax text NOT NULL);',
    unsafe: 'ALTER TABLE users DROP COLUMN fax;',
    safe: 'ALTER TABLE users ALTER COLUMN fax DROP NOT NULL;',
    application: 'SELECT fax FROM users',
  },
  predict: (statement, context) =>
    alterations(statement, context, ['AT_DropColumn'])
      .filter((one) => !lacksColumn(one))
      .map(({ relation, command }) => {
        const column = quoteIdentifier(command.name ?? '');
        return {
          message: `The values of ${column} in ${relation.name} are gone, and queries that name it fail.`,
          relation: relation.name,
          instead: [
            '-- now: nobody has to write the column any more',
            `ALTER TABLE ${relation.name} ALTER COLUMN ${column} DROP NOT NULL;`,
            '-- in a later change, when no running version names it and its values are kept elsewhere:',
            `ALTER TABLE ${relation.name} DROP COLUMN ${column};`,
          ].join('\n'),
        };
      }),
  observe: ({ applicationError }) => applicationError === '42703',
});
