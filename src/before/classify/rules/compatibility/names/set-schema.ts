import { nameParts } from '../../../../../foundation/effects/tree-names.js';
import { quoteIdentifier } from '../../../../../foundation/sql/quote-identifier.js';
import { defineRule } from '../../../rule.js';
import { isRemadeInTransaction } from '../../../subjects/remade.js';

export default defineRule({
  id: 'set-schema',
  title: 'Moving an object to another schema breaks whoever finds it in the old one',
  why: 'Names that lead through the old schema fail, and so do bare names unless the new schema is in every search_path.',
  instead: 'Move it and make a view of the old name in one transaction; drop the view when nobody uses it.',
  sources: ['https://www.postgresql.org/docs/current/sql-altertable.html'],
  concern: 'compatibility',
  severity: 'error',
  scope: 'statement',
  on: ['AlterObjectSchemaStmt'],
  example: {
    setup: 'DROP SCHEMA IF EXISTS billing CASCADE; CREATE SCHEMA billing; CREATE TABLE invoices (id bigint);',
    unsafe: 'ALTER TABLE invoices SET SCHEMA billing;',
    safe: 'ALTER TABLE invoices SET SCHEMA billing; CREATE VIEW public.invoices AS SELECT * FROM billing.invoices;',
    transaction: { safe: 'single' },
    application: 'SELECT id FROM invoices',
  },
  predict: (statement, context) => {
    if (!('AlterObjectSchemaStmt' in statement.node)) return [];
    const { relation, object, newschema = '' } = statement.node.AlterObjectSchemaStmt;
    const schema = quoteIdentifier(newschema);
    if (relation === undefined) {
      const name = nameParts(object).map(quoteIdentifier).join('.');
      return [{ message: `${name} moves to schema ${schema}.` }];
    }
    const moved = context.relation(relation);
    if (moved === null || !context.existing(moved.name)) return [];
    if (isRemadeInTransaction(moved.name, statement, context)) return [];
    return [
      {
        message: `${moved.name} moves to schema ${schema}: names that lead through the old one fail.`,
        relation: moved.name,
        instead: [
          'BEGIN;',
          `${statement.statement.sql};`,
          `CREATE VIEW ${moved.name} AS SELECT * FROM ${schema}.${quoteIdentifier(relation.relname ?? '')};`,
          'COMMIT;',
        ].join('\n'),
      },
    ];
  },
  observe: ({ applicationError }) => applicationError === '42P01',
});
