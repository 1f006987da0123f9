import { quoteIdentifier, quoteLiteral } from '../../../../../foundation/sql/quote-identifier.js';
import type { JudgedStatement } from '../../../judged-statement.js';
import { defineRule } from '../../../rule.js';
import type { RuleContext } from '../../../rule-context.js';
import { rewrites } from '../constraints/observed.js';
import { alterSource } from '../safe-sql/alter-source.js';
import { madeUpName, relationText } from '../safe-sql/names.js';
import { fillInBatches } from '../safe-sql/steps.js';
import { addThenFill, serialType, waitsForValues } from './added-columns.js';
import { type ColumnPlace, hitsOnRewritingColumns } from './rewriting-column.js';

export default defineRule({
  id: 'add-serial-column',
  title: 'ADD COLUMN of a serial type writes the whole table anew',
  why: 'Each old row draws its number from the new sequence: every row and every index is written again under an ACCESS EXCLUSIVE lock.',
  instead: 'Add an integer column, give it a sequence and a default, and number the old rows in batches.',
  sources: ['https://www.postgresql.org/docs/current/datatype-numeric.html#DATATYPE-SERIAL'],
  concern: 'availability',
  severity: 'error',
  scope: 'statement',
  on: ['AlterTableStmt'],
  alters: ['AT_AddColumn'],
  example: {
    setup: 'CREATE TABLE visits (seen_at timestamptz);',
    unsafe: 'ALTER TABLE visits ADD COLUMN number bigserial;',
    safe: `ALTER TABLE visits ADD COLUMN number bigint;
CREATE SEQUENCE visits_number_seq OWNED BY visits.number;
ALTER TABLE visits ALTER COLUMN number SET DEFAULT nextval('visits_number_seq');`,
  },
  predict: (statement, context) =>
    hitsOnRewritingColumns(statement, context, {
      isMeant: (added) => serialType(added) !== null,
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
  if (source === null) return undefined;
  const { relation } = altered;
  const table = relationText(relation);
  const column = quoteIdentifier(added.name);
  const sequence = relationText({ ...relation, relname: madeUpName(relation.relname ?? '', [added.name], 'seq') });
  const type = serialType(added);
  return addThenFill(
    source,
    { altered, added, major },
    {
      type,
      keeps: (one) => !waitsForValues(one),
      fill: [
        `CREATE SEQUENCE ${sequence} AS ${type ?? 'bigint'} OWNED BY ${table}.${column};`,
        `ALTER TABLE ${table} ALTER COLUMN ${column} SET DEFAULT nextval(${quoteLiteral(sequence)});`,
        ...fillInBatches({ relation, column: added.name }, { value: 'DEFAULT', missing: `${column} IS NULL` }),
      ],
      notNull: true,
      last: [],
    },
  );
}
