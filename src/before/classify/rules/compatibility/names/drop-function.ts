import type { Node } from '@pgsql/types';
import { nameParts, splitName } from '../../../../../foundation/effects/tree-names.js';
import { quoteIdentifier } from '../../../../../foundation/sql/quote-identifier.js';
import { defineRule } from '../../../rule.js';
import { certaintyOfDrop } from '../../../subjects/dropped-relations.js';
import { isRoutineRemade } from '../../../subjects/remade.js';

export default defineRule({
  id: 'drop-function',
  title: 'Dropping a function breaks who calls it',
  why: 'Application SQL and other functions call it by name; the server knows of neither and drops it without a word.',
  instead: 'CREATE OR REPLACE FUNCTION where the arguments stay; else keep the old one until nobody calls it.',
  sources: ['https://www.postgresql.org/docs/current/sql-dropfunction.html'],
  concern: 'compatibility',
  severity: 'warning',
  scope: 'statement',
  on: ['DropStmt'],
  example: {
    setup: "CREATE FUNCTION tax(numeric) RETURNS numeric LANGUAGE sql AS 'SELECT $1 * 0.2';",
    unsafe: 'DROP FUNCTION tax(numeric);',
    safe: "CREATE OR REPLACE FUNCTION tax(numeric) RETURNS numeric LANGUAGE sql AS 'SELECT $1 * 0.25';",
    application: 'SELECT tax(10)',
  },
  predict: (statement, context) => {
    const { node } = statement;
    if (!('DropStmt' in node) || !routines.has(node.DropStmt.removeType ?? '')) return [];
    return (node.DropStmt.objects ?? []).flatMap((object: Node) => {
      const { schema, name } = splitName(nameParts(object));
      const known = context.graph?.findFunctions(schema, name, context.searchPath);
      // Nobody calls what only triggers run, and the server keeps it while one does.
      if (known?.every(({ resultText }) => resultText === 'trigger' || resultText === 'event_trigger') === true)
        return [];
      if (isRoutineRemade(name, statement, context)) return [];
      const shown = schema === null ? quoteIdentifier(name) : `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
      return [{ message: `Calls of ${shown} fail.`, certainty: certaintyOfDrop(statement, context) }];
    });
  },
  observe: ({ applicationError }) => applicationError === '42883',
});

const routines: ReadonlySet<string> = new Set([
  'OBJECT_FUNCTION',
  'OBJECT_PROCEDURE',
  'OBJECT_ROUTINE',
  'OBJECT_AGGREGATE',
]);
