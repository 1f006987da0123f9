import { nameParts } from '../../../../../foundation/effects/tree-names.js';
import { quoteIdentifier } from '../../../../../foundation/sql/quote-identifier.js';
import { defineRule } from '../../../rule.js';

export default defineRule({
  id: 'drop-schema',
  title: 'Dropping a schema takes away everything in it',
  why: 'With CASCADE every table, view and function in the schema is gone, and what depends on them elsewhere.',
  instead: 'Drop the objects by name, and the schema without CASCADE when it is empty.',
  sources: ['https://www.postgresql.org/docs/current/sql-dropschema.html'],
  concern: 'data',
  severity: 'error',
  scope: 'statement',
  on: ['DropStmt'],
  example: {
    setup: 'DROP SCHEMA IF EXISTS legacy CASCADE; CREATE SCHEMA legacy; CREATE TABLE legacy.notes (id bigint);',
    unsafe: 'DROP SCHEMA legacy CASCADE;',
    safe: 'REVOKE ALL ON SCHEMA legacy FROM PUBLIC;',
    application: 'SELECT id FROM legacy.notes',
  },
  predict: ({ node }, { graph }) => {
    if (!('DropStmt' in node) || node.DropStmt.removeType !== 'OBJECT_SCHEMA') return [];
    const cascade = node.DropStmt.behavior === 'DROP_CASCADE';
    return (node.DropStmt.objects ?? []).flatMap((object) => {
      const schema = nameParts(object).at(-1) ?? '';
      const inside = graph?.schema.relations.filter((one) => one.schema === schema && one.index === null) ?? null;
      const name = quoteIdentifier(schema);
      if (!cascade) {
        return [{ message: `Schema ${name} is gone if it is empty; else this fails.`, severity: 'info' as const }];
      }
      const lost = inside === null ? 'everything in it' : `${inside.length} relations in it`;
      return [{ message: `Schema ${name} and ${lost} are gone.` }];
    });
  },
  observe: ({ applicationError }) => applicationError === '42P01' || applicationError === '3F000',
});
