import { defineRule } from '../../../rule.js';
import { definedColumns, hitsOnColumns, typeOf } from '../../../subjects/new-columns.js';

export default defineRule({
  id: 'json-column',
  title: 'json has no equality: DISTINCT, GROUP BY and UNION fail',
  why: 'It stores the text as it came; queries over the whole row that worked before fail once such a column is there.',
  instead: 'jsonb, unless the text has to come back byte by byte.',
  sources: ['https://www.postgresql.org/docs/current/datatype-json.html'],
  concern: 'style',
  severity: 'info',
  scope: 'statement',
  on: ['CreateStmt', 'AlterTableStmt'],
  example: {
    setup: '',
    unsafe: 'CREATE TABLE events (body json); SELECT DISTINCT body FROM events;',
    safe: 'CREATE TABLE events (body jsonb); SELECT DISTINCT body FROM events;',
  },
  predict: (statement, context) =>
    hitsOnColumns(
      definedColumns(statement, context),
      ({ definition }) => typeOf(definition) === 'json',
      () => 'cannot be compared.',
    ),
  observe: ({ trace }) => trace.statements.some(({ error }) => error?.code === '42883'),
});
