import { quoteIdentifier, quoteLiteral } from '../../../../../foundation/sql/quote-identifier.js';
import type { JudgedStatement } from '../../../judged-statement.js';
import { defineRule } from '../../../rule.js';
import type { RuleContext } from '../../../rule-context.js';
import { rewrites } from '../constraints/observed.js';
import { alterSource } from '../safe-sql/alter-source.js';
import { madeUpName, relationText } from '../safe-sql/names.js';
import { fillInBatches } from '../safe-sql/steps.js';
import { addThenFill, constraintOfKind, sourceOf, waitsForValues } from './added-columns.js';
import { type ColumnPlace, hitsOnRewritingColumns } from './rewriting-column.js';

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
  alters: ['AT_AddColumn'],
  example: {
    setup: 'CREATE TABLE visits (seen_at timestamptz);',
    unsafe: 'ALTER TABLE visits ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY;',
    safe: 'ALTER TABLE visits ADD COLUMN number bigint;',
  },
  predict: (statement, context) =>
    hitsOnRewritingColumns(statement, context, {
      isMeant: (added) => constraintOfKind(added, 'CONSTR_IDENTITY') !== null,
      purpose: (added) => `number its rows in ${quoteIdentifier(added.name)}`,
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
