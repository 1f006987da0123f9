import { defineRule } from '../../../rule.js';
import { definedColumns, hitsOnColumns, typeOf } from '../../../subjects/new-columns.js';

export default defineRule({
  id: 'money-column',
  title: 'money depends on a setting of the server',
  why: 'How many decimals it keeps, and what currency it shows, is lc_monetary’s choice: a dump read elsewhere means other amounts.',
  instead: 'numeric with the scale that is needed, and the currency in a column beside it.',
  sources: ['https://www.postgresql.org/docs/current/datatype-money.html'],
  concern: 'style',
  severity: 'info',
  scope: 'statement',
  on: ['CreateStmt', 'AlterTableStmt'],
  example: {
    setup: '',
    unsafe: `CREATE TABLE fees (fee money); INSERT INTO fees VALUES ('0.125');
SELECT 1 / (fee::numeric = 0.125)::int FROM fees;`,
    safe: `CREATE TABLE fees (fee numeric); INSERT INTO fees VALUES ('0.125');
SELECT 1 / (fee::numeric = 0.125)::int FROM fees;`,
  },
  predict: (statement, context) =>
    hitsOnColumns(
      definedColumns(statement, context),
      ({ definition }) => typeOf(definition) === 'money',
      () => 'is rounded as lc_monetary says.',
    ),
  observe: ({ trace }) => trace.statements.some(({ error }) => error?.code === '22012'),
});
