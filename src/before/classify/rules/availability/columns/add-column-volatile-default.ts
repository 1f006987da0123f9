import { volatility } from '../../../../../foundation/effects/alter/volatility.js';
import { quoteIdentifier } from '../../../../../foundation/sql/quote-identifier.js';
import type { JudgedStatement } from '../../../judged-statement.js';
import { defineRule } from '../../../rule.js';
import type { RuleContext } from '../../../rule-context.js';
import { type AlteredTable, alteredTable, rewritesExisting } from '../altered-table.js';
import { rewrites } from '../constraints/observed.js';
import { alterSource } from '../safe-sql/alter-source.js';
import { relationText } from '../safe-sql/names.js';
import { fillInBatches } from '../safe-sql/steps.js';
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
  id: 'add-column-volatile-default',
  title: 'ADD COLUMN with a volatile default writes the whole table anew',
  why: 'A default such as gen_random_uuid() or clock_timestamp() has another value in each row, so every row and every index is written again under an ACCESS EXCLUSIVE lock. A constant, or now(), needs none of that.',
  instead: 'Add the column without a default, then set the default, then fill the old rows in batches.',
  sources: ['https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES'],
  concern: 'availability',
  severity: 'error',
  scope: 'statement',
  on: ['AlterTableStmt'],
  alters: ['AT_AddColumn'],
  example: {
    setup: 'CREATE TABLE orders (id bigint PRIMARY KEY);',
    unsafe: 'ALTER TABLE orders ADD COLUMN token uuid NOT NULL DEFAULT gen_random_uuid();',
    safe: `ALTER TABLE orders ADD COLUMN placed_at timestamptz NOT NULL DEFAULT now();
ALTER TABLE orders ADD COLUMN token uuid;
ALTER TABLE orders ALTER COLUMN token SET DEFAULT gen_random_uuid();`,
  },
  predict: (statement, context) => {
    const altered = alteredTable(statement, context);
    if (altered === null || rewritesExisting(statement, context) === null) return [];
    return addedColumns(altered.commands).flatMap((added) => {
      const fill = constraintOfKind(added, 'CONSTR_DEFAULT')?.raw_expr;
      const certainty = fill === undefined ? null : volatility(fill, context);
      if (certainty === null) return [];
      const { name } = altered.table;
      return [
        {
          message: `All of ${name} is written anew to give each row its own ${quoteIdentifier(added.name)}; nobody reads or writes it meanwhile.`,
          relation: name,
          certainty,
          instead: instead(statement, { altered, added }, context),
        },
      ];
    });
  },
  observe: rewrites,
});

function instead(
  statement: JudgedStatement,
  { altered, added }: { readonly altered: AlteredTable; readonly added: AddedColumn },
  { major }: RuleContext,
): string | undefined {
  const source = alterSource(statement, altered.alter);
  const fallback = constraintOfKind(added, 'CONSTR_DEFAULT');
  if (source === null || fallback === null) return undefined;
  const table = relationText(altered.relation);
  const column = quoteIdentifier(added.name);
  const expression = expressionIn(sourceOf(source, added), fallback);
  return addThenFill(
    source,
    { altered, added, major },
    {
      type: null,
      keeps: (one) => one !== fallback && !waitsForValues(one),
      fill: [
        `ALTER TABLE ${table} ALTER COLUMN ${column} SET DEFAULT ${expression};`,
        ...fillInBatches(
          { relation: altered.relation, column: added.name },
          { value: 'DEFAULT', missing: `${column} IS NULL` },
        ),
      ],
      notNull: false,
      last: [],
    },
  );
}
