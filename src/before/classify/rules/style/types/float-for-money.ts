import { defineRule } from '../../../rule.js';
import { definedColumns, hitsOnColumns, typeOf } from '../../../subjects/new-columns.js';

export default defineRule({
  id: 'float-for-money',
  title: 'Amounts of money as floating point do not add up',
  why: 'Most decimal fractions have no exact binary form; sums drift by cents, and equality fails.',
  instead: 'numeric with the scale that is needed, or a bigint of the smallest unit.',
  sources: ['https://www.postgresql.org/docs/current/datatype-numeric.html#DATATYPE-FLOAT'],
  concern: 'style',
  severity: 'info',
  scope: 'statement',
  on: ['CreateStmt', 'AlterTableStmt'],
  example: {
    setup: '',
    unsafe: `CREATE TABLE lines (price float8); INSERT INTO lines VALUES (0.1), (0.2);
SELECT 1 / (sum(price) = 0.3)::int FROM lines;`,
    safe: `CREATE TABLE lines (price numeric); INSERT INTO lines VALUES (0.1), (0.2);
SELECT 1 / (sum(price) = 0.3)::int FROM lines;`,
  },
  predict: (statement, context) =>
    hitsOnColumns(
      definedColumns(statement, context),
      ({ name, definition }) => floats.has(typeOf(definition)) && soundsLikeMoney.test(name),
      () => 'sounds like money and is a floating point number.',
    ),
  observe: ({ trace }) => trace.statements.some(({ error }) => error?.code === '22012'),
});

const floats: ReadonlySet<string> = new Set(['float4', 'float8']);
const soundsLikeMoney =
  /(^|_)(price|amount|cost|fee|total|subtotal|balance|salary|wage|revenue|payment|tax|discount|budget|refund|charge)(s|$|_)/i;
