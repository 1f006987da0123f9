import { quoteIdentifier } from '../../../../../foundation/sql/quote-identifier.js';
import type { JudgedStatement } from '../../../judged-statement.js';
import { defineRule } from '../../../rule.js';
import type { RuleContext } from '../../../rule-context.js';
import { type AlteredTable, alteredTable, rewritesExisting } from '../altered-table.js';
import { rewrites } from '../constraints/observed.js';
import { alterSource } from '../safe-sql/alter-source.js';
import { fillInBatches } from '../safe-sql/steps.js';
import { keepInStep } from '../safe-sql/keep-in-step.js';
import {
  type AddedColumn,
  addedColumns,
  addThenFill,
  constraintOfKind,
  expressionIn,
  sourceOf,
  waitsForValues,
} from './added-columns.js';

export default defineRule({
  id: 'add-generated-column',
  title: 'ADD COLUMN … GENERATED … STORED writes the whole table anew',
  why: 'The value is computed for each old row: every row and every index is written again under an ACCESS EXCLUSIVE lock. A VIRTUAL column, since PostgreSQL 18, stores nothing and costs nothing.',
  instead:
    'Add a plain column that a trigger keeps, and fill the old rows in batches; on PostgreSQL 18 a VIRTUAL column may do.',
  sources: ['https://www.postgresql.org/docs/current/ddl-generated-columns.html'],
  concern: 'availability',
  severity: 'error',
  scope: 'statement',
  on: ['AlterTableStmt'],
  example: {
    setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, net numeric, tax numeric);',
    unsafe: 'ALTER TABLE orders ADD COLUMN gross numeric GENERATED ALWAYS AS (net + tax) STORED;',
    safe: 'ALTER TABLE orders ADD COLUMN gross numeric;',
  },
  predict: (statement, context) => {
    const altered = alteredTable(statement, context);
    if (altered === null || rewritesExisting(statement, context) === null) return [];
    const { name } = altered.table;
    return addedColumns(altered.commands)
      .filter((added) => constraintOfKind(added, 'CONSTR_GENERATED')?.generated_kind === 's')
      .map((added) => ({
        message: `All of ${name} is written anew to compute ${quoteIdentifier(added.name)}; nobody reads or writes it meanwhile.`,
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
  const generated = constraintOfKind(added, 'CONSTR_GENERATED');
  if (source === null || generated === null) return undefined;
  const { relation } = altered;
  const expression = expressionIn(sourceOf(source, added), generated);
  const place = { relation, column: added.name };
  const missing = `${quoteIdentifier(added.name)} IS DISTINCT FROM ${expression}`;
  return addThenFill(
    source,
    { altered, added, major },
    {
      type: null,
      keeps: (one) => one !== generated && !waitsForValues(one),
      fill: [...keepInStep(place, expression).begin, ...fillInBatches(place, { value: expression, missing })],
      notNull: false,
      last: [],
    },
  );
}
