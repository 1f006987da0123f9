import { quoteIdentifier, quoteLiteral } from '../../../../../foundation/sql/quote-identifier.js';
import type { JudgedStatement } from '../../../judged-statement.js';
import { defineRule } from '../../../rule.js';
import type { RuleContext } from '../../../rule-context.js';
import { type AlteredTable, alteredTable, rewritesExisting } from '../altered-table.js';
import { rewrites } from '../constraints/observed.js';
import { alterSource } from '../safe-sql/alter-source.js';
import { madeUpName, relationText } from '../safe-sql/names.js';
import { fillInBatches } from '../safe-sql/steps.js';
import {
  type AddedColumn,
  addedColumns,
  addThenFill,
  constraintOfKind,
  sourceOf,
  waitsForValues,
} from './added-columns.js';

export default defineRule({
  id: 'add-identity-column',
  title: 'ADD COLUMN … AS IDENTITY writes the whole table anew',
  why: 'Each old row gets a number: every row and every index is written again under an ACCESS EXCLUSIVE lock.',
  instead:
    'Add an integer column, number the rows in batches from a sequence, and turn the column into an identity at the end.',
  sources: ['https://www.postgresql.org/docs/current/ddl-identity-columns.html'],
  concern: 'availability',
  severity: 'error',
  scope: 'statement',
  on: ['AlterTableStmt'],
  example: {
    setup: 'CREATE TABLE visits (seen_at timestamptz);',
    unsafe: 'ALTER TABLE visits ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY;',
    safe: 'ALTER TABLE visits ADD COLUMN number bigint;',
  },
  predict: (statement, context) => {
    const altered = alteredTable(statement, context);
    if (altered === null || rewritesExisting(statement, context) === null) return [];
    const { name } = altered.table;
    return addedColumns(altered.commands)
      .filter((added) => constraintOfKind(added, 'CONSTR_IDENTITY') !== null)
      .map((added) => ({
        message: `All of ${name} is written anew to number its rows in ${quoteIdentifier(added.name)}; nobody reads or writes it meanwhile.`,
        relation: name,
        instead: instead(statement, { altered, added }, context),
      }));
  },
  observe: rewrites,
});

function instead(
  statement: JudgedStatement,
  { altered, added }: { readonly altered: AlteredTable; readonly added: AddedColumn },
  { major }: RuleContext,
): string | undefined {
  const source = alterSource(statement, altered.alter);
  const identity = constraintOfKind(added, 'CONSTR_IDENTITY');
  if (source === null || identity === null) return undefined;
  const { relation } = altered;
  const table = relationText(relation);
  const column = quoteIdentifier(added.name);
  const sequence = relationText({ ...relation, relname: madeUpName(relation.relname ?? '', [added.name], 'fill') });
  const text = sourceOf(source, added).constraints.get(identity) ?? '';
  return addThenFill(
    source,
    { altered, added, major },
    {
      type: null,
      keeps: (one) => one !== identity && !waitsForValues(one),
      fill: [
        `CREATE SEQUENCE ${sequence};`,
        `ALTER TABLE ${table} ALTER COLUMN ${column} SET DEFAULT nextval(${quoteLiteral(sequence)});`,
        ...fillInBatches({ relation, column: added.name }, { value: 'DEFAULT', missing: `${column} IS NULL` }),
      ],
      notNull: true,
      last: [
        '-- At last, in one short transaction:',
        'BEGIN;',
        "SET LOCAL lock_timeout = '2s';",
        `ALTER TABLE ${table} ALTER COLUMN ${column} DROP DEFAULT;`,
        `ALTER TABLE ${table} ALTER COLUMN ${column} ADD ${text};`,
        `SELECT setval(pg_get_serial_sequence(${quoteLiteral(table)}, ${quoteLiteral(added.name)}), nextval(${quoteLiteral(sequence)}));`,
        `DROP SEQUENCE ${sequence};`,
        'COMMIT;',
      ],
    },
  );
}
