import { nameParts } from '../../../../../foundation/effects/tree-names.js';
import { quoteIdentifier } from '../../../../../foundation/sql/quote-identifier.js';
import { defineRule } from '../../../rule.js';

export default defineRule({
  id: 'create-enum',
  title: 'The values of an enum can never be removed',
  why: 'There is no way to drop or reorder a value but to build the type anew and rewrite each table that uses it.',
  instead: 'A table of the values and a foreign key, or text with a CHECK, where the values may change.',
  sources: ['https://www.postgresql.org/docs/current/datatype-enum.html'],
  concern: 'style',
  severity: 'info',
  scope: 'statement',
  on: ['CreateEnumStmt'],
  example: {
    setup: '',
    unsafe: "CREATE TYPE state AS ENUM ('open', 'done');",
    safe: "CREATE TABLE states (state text PRIMARY KEY); INSERT INTO states VALUES ('open'), ('done');",
  },
  predict: ({ node }) => {
    if (!('CreateEnumStmt' in node)) return [];
    const name = (node.CreateEnumStmt.typeName ?? []).flatMap(nameParts).map(quoteIdentifier).join('.');
    return [{ message: `The values of ${name} can be added to and renamed, but never removed.` }];
  },
  unobservable: 'It hurts when a value has to go, for which there is no statement to watch.',
});
