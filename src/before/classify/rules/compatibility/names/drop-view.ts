import { defineRule } from '../../../rule.js';
import { certaintyOfDrop, droppedRelations } from '../../../subjects/dropped-relations.js';
import { isRemadeInTransaction } from '../../../subjects/remade.js';

export default defineRule({
  id: 'drop-view',
  title: 'Dropping a view breaks who reads it',
  why: 'Queries that name it fail at once, and its grants are gone even if it is made again.',
  instead:
    'CREATE OR REPLACE VIEW where its columns stay; else drop and make it again in one transaction, with its grants.',
  sources: ['https://www.postgresql.org/docs/current/sql-createview.html'],
  concern: 'compatibility',
  severity: 'warning',
  scope: 'statement',
  on: ['DropStmt'],
  example: {
    setup: 'CREATE TABLE orders (total numeric); CREATE VIEW totals AS SELECT sum(total) AS total FROM orders;',
    unsafe: 'DROP VIEW totals;',
    safe: 'DROP VIEW totals; CREATE VIEW totals AS SELECT sum(total) AS total FROM orders WHERE total > 0;',
    transaction: { safe: 'single' },
    application: 'SELECT total FROM totals',
  },
  predict: (statement, context) =>
    droppedRelations(statement, context, ['OBJECT_VIEW', 'OBJECT_MATVIEW'])
      .filter(({ name }) => !isRemadeInTransaction(name, statement, context))
      .map(({ name }) => ({
        message: `Queries that read ${name} fail.`,
        relation: name,
        certainty: certaintyOfDrop(statement, context),
      })),
  observe: ({ applicationError }) => applicationError === '42P01',
});
