import { defineRule } from '../../../rule.js';
import { definedColumns, hitsOnColumns, typeOf } from '../../../subjects/new-columns.js';

export default defineRule({
  id: 'timestamp-without-time-zone',
  title: 'timestamp without time zone does not say when',
  why: 'The offset of what is stored is dropped without an error, and what comes back depends on who reads it.',
  instead: 'timestamptz: it stores an instant.',
  sources: ['https://www.postgresql.org/docs/current/datatype-datetime.html#DATATYPE-TIMEZONES'],
  concern: 'style',
  severity: 'info',
  scope: 'statement',
  on: ['CreateStmt', 'AlterTableStmt'],
  example: {
    setup: '',
    unsafe: `CREATE TABLE events (at timestamp); INSERT INTO events VALUES ('2025-01-01 12:00:00+07');
SELECT 1 / (at = timestamptz '2025-01-01 12:00:00+07')::int FROM events;`,
    safe: `CREATE TABLE events (at timestamptz); INSERT INTO events VALUES ('2025-01-01 12:00:00+07');
SELECT 1 / (at = timestamptz '2025-01-01 12:00:00+07')::int FROM events;`,
  },
  predict: (statement, context) =>
    hitsOnColumns(
      definedColumns(statement, context),
      ({ definition }) => typeOf(definition) === 'timestamp',
      () => 'loses the offset of what is stored.',
    ),
  observe: ({ trace }) => trace.statements.some(({ error }) => error?.code === '22012'),
});
