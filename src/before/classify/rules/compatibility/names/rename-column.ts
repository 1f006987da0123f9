import { quoteIdentifier } from '../../../../../foundation/sql/quote-identifier.js';
import { defineRule } from '../../../rule.js';

export default defineRule({
  id: 'rename-column',
  title: 'Renaming a column breaks every application version that runs',
  why: 'Old code asks for the old name, new code for the new one; during a deployment both run, and one of them fails.',
  instead:
    'Expand and contract: add the new column, write to both, backfill, read the new one, and drop the old one in a later change.',
  sources: ['https://www.postgresql.org/docs/current/sql-altertable.html'],
  concern: 'compatibility',
  severity: 'error',
  scope: 'statement',
  on: ['RenameStmt'],
  example: {
    setup: 'CREATE TABLE users (id bigint PRIMARY KEY, name text);',
    unsafe: 'ALTER TABLE users RENAME COLUMN name TO full_name;',
    safe: 'ALTER TABLE users ADD COLUMN full_name text;',
    application: 'SELECT name FROM users',
  },
  predict: ({ node }, context) => {
    if (!('RenameStmt' in node) || node.RenameStmt.renameType !== 'OBJECT_COLUMN') return [];
    const { relation, subname = '', newname = '' } = node.RenameStmt;
    const table = relation === undefined ? null : context.relation(relation);
    if (table === null || !context.existing(table.name)) return [];
    const renamed = `Column ${quoteIdentifier(subname)} of ${table.name} becomes ${quoteIdentifier(newname)}`;
    return [{ message: `${renamed}: queries that use the old name fail.`, relation: table.name }];
  },
  observe: ({ applicationError }) => applicationError === '42703',
});
