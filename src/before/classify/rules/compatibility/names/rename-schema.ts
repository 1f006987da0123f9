import { quoteIdentifier } from '../../../../../foundation/sql/quote-identifier.js';
import { defineRule } from '../../../rule.js';

export default defineRule({
  id: 'rename-schema',
  title: 'Renaming a schema breaks every name that leads through it',
  why: 'Queries that name the schema fail, and a search_path that lists it finds nothing there any more.',
  instead: 'Make the new schema, move readers over by views in it, and move the tables last.',
  sources: ['https://www.postgresql.org/docs/current/sql-alterschema.html'],
  concern: 'compatibility',
  severity: 'error',
  scope: 'statement',
  on: ['RenameStmt'],
  example: {
    setup: `DROP SCHEMA IF EXISTS billing CASCADE; DROP SCHEMA IF EXISTS finance CASCADE;
CREATE SCHEMA billing; CREATE TABLE billing.invoices (id bigint);`,
    unsafe: 'ALTER SCHEMA billing RENAME TO finance;',
    safe: 'CREATE SCHEMA finance; CREATE VIEW finance.invoices AS SELECT * FROM billing.invoices;',
    application: 'SELECT id FROM billing.invoices',
  },
  predict: ({ node }) => {
    if (!('RenameStmt' in node) || node.RenameStmt.renameType !== 'OBJECT_SCHEMA') return [];
    const { subname = '', newname = '' } = node.RenameStmt;
    return [
      {
        message: `Schema ${quoteIdentifier(subname)} becomes ${quoteIdentifier(newname)}: names that lead through it fail.`,
      },
    ];
  },
  observe: ({ applicationError }) => applicationError === '42P01' || applicationError === '3F000',
});
