import { quoteIdentifier } from '../../../../../foundation/sql/quote-identifier.js';
import type { JudgedStatement } from '../../../judged-statement.js';
import { defineRule } from '../../../rule.js';
import type { RuleContext } from '../../../rule-context.js';
import { rewrites } from '../constraints/observed.js';
import { alterSource } from '../safe-sql/alter-source.js';
import { fillInBatches } from '../safe-sql/steps.js';
import { keepInStep } from '../safe-sql/keep-in-step.js';
import { addThenFill, constraintOfKind, expressionIn, sourceOf, waitsForValues } from './added-columns.js';
import { type ColumnPlace, hitsOnRewritingColumns } from './rewriting-column.js';

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
  alters: ['AT_AddColumn'],
  example: {
    setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, net numeric, tax numeric);',
    unsafe: 'ALTER TABLE orders ADD COLUMN gross numeric GENERATED ALWAYS AS (net + tax) STORED;',
    safe: 'ALTER TABLE orders ADD COLUMN gross numeric;',
  },
  predict: (statement, context) =>
    hitsOnRewritingColumns(statement, context, {
      isMeant: (added) => constraintOfKind(added, 'CONSTR_GENERATED')?.generated_kind === 's',
      purpose: (added) => `compute ${quoteIdentifier(added.name)}`,
      instead,
    }),
  observe: rewrites,
});

function instead(
  statement: JudgedStatement,
  { altered, added }: ColumnPlace,
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
