import type { ObjectType, RenameStmt } from '@pgsql/types';
import { nameParts } from '../../../../../foundation/effects/tree-names.js';
import { quoteIdentifier } from '../../../../../foundation/sql/quote-identifier.js';
import { type Hit, defineRule } from '../../../rule.js';
import type { RuleContext } from '../../../rule-context.js';

export default defineRule({
  id: 'rename-object',
  title: 'Renaming a view, function, type or sequence breaks who calls it by its name',
  why: 'Application SQL and function bodies hold names and not references; they fail from the moment of the rename.',
  instead: 'Make the new name beside the old one, move the callers, and drop the old one in a later change.',
  sources: ['https://www.postgresql.org/docs/current/sql-alterview.html'],
  concern: 'compatibility',
  severity: 'warning',
  scope: 'statement',
  on: ['RenameStmt'],
  example: {
    setup: 'CREATE TABLE orders (total numeric); CREATE VIEW totals AS SELECT sum(total) AS total FROM orders;',
    unsafe: 'ALTER VIEW totals RENAME TO order_totals;',
    safe: 'CREATE VIEW order_totals AS SELECT * FROM totals;',
    application: 'SELECT total FROM totals',
  },
  predict: ({ node }, context) => {
    if (!('RenameStmt' in node)) return [];
    const word = words[node.RenameStmt.renameType ?? 'OBJECT_TABLE'];
    return word === undefined ? [] : judge(node.RenameStmt, word, context);
  },
  observe: ({ applicationError }) => applicationError === '42P01',
});

const words: { readonly [K in ObjectType]?: string } = {
  OBJECT_VIEW: 'View',
  OBJECT_MATVIEW: 'Materialised view',
  OBJECT_SEQUENCE: 'Sequence',
  OBJECT_FUNCTION: 'Function',
  OBJECT_PROCEDURE: 'Procedure',
  OBJECT_ROUTINE: 'Routine',
  OBJECT_AGGREGATE: 'Aggregate',
  OBJECT_TYPE: 'Type',
  OBJECT_DOMAIN: 'Domain',
  OBJECT_ATTRIBUTE: 'Attribute',
  OBJECT_ROLE: 'Role',
  OBJECT_DATABASE: 'Database',
};

function judge(rename: RenameStmt, word: string, context: RuleContext): readonly Hit[] {
  const { relation, object, subname, newname = '' } = rename;
  const becomes = `becomes ${quoteIdentifier(newname)}: whoever uses the old name fails.`;
  if (relation === undefined) {
    const name =
      object === undefined ? quoteIdentifier(subname ?? '') : nameParts(object).map(quoteIdentifier).join('.');
    return [{ message: `${word} ${name} ${becomes}` }];
  }
  const known = context.relation(relation);
  if (known === null || !context.existing(known.name)) return [];
  const part = subname === undefined ? '' : `${quoteIdentifier(subname)} of `;
  return [{ message: `${word} ${part}${known.name} ${becomes}`, relation: known.name }];
}
