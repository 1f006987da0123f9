import { quoteIdentifier } from '../../../../../foundation/sql/quote-identifier.js';
import { defineRule } from '../../../rule.js';
import { alterations, lacksColumn } from '../../../subjects/alterations.js';

export default defineRule({
  id: 'drop-not-null',
  title: 'Without NOT NULL, readers meet values that they do not expect',
  why: 'Code that was written against NOT NULL has no branch for NULL; it fails when the first one comes back.',
  instead: 'Release readers that handle NULL first, and drop NOT NULL after them.',
  sources: ['https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-NOT-NULL'],
  concern: 'compatibility',
  severity: 'warning',
  scope: 'statement',
  on: ['AlterTableStmt'],
  alters: ['AT_DropNotNull'],
  example: {
    setup: "CREATE TABLE users (id bigint PRIMARY KEY, name text NOT NULL); INSERT INTO users VALUES (1, 'a');",
    unsafe: 'ALTER TABLE users ALTER COLUMN name DROP NOT NULL;\nINSERT INTO users (id) VALUES (2);',
    safe: "INSERT INTO users VALUES (2, 'b');",
    application: 'SELECT json_object_agg(name, id) FROM users',
  },
  predict: (statement, context) =>
    alterations(statement, context, ['AT_DropNotNull'])
      .filter((one) => !lacksColumn(one) && one.column?.notNull !== false)
      .map(({ relation, command }) => ({
        message: `Readers of ${quoteIdentifier(command.name ?? '')} in ${relation.name} have to expect NULL.`,
        relation: relation.name,
      })),
  observe: ({ applicationError }) => applicationError === '22004' || applicationError === '22023',
});
