import { defineRule } from '../../../rule.js';
import { definedColumns, hitsOnColumns, modifierOf, typeOf } from '../../../subjects/new-columns.js';

export default defineRule({
  id: 'timestamp-precision-zero',
  title: 'A time of precision 0 is rounded, into the future half of the time',
  why: 'Half a second and more is rounded up: now() stored in such a column can lie after now().',
  instead: "Keep the precision, and cut with date_trunc('second', …) where it is shown.",
  sources: ['https://www.postgresql.org/docs/current/datatype-datetime.html'],
  concern: 'style',
  severity: 'info',
  scope: 'statement',
  on: ['CreateStmt', 'AlterTableStmt'],
  example: {
    setup: '',
    unsafe: `CREATE TABLE events (at timestamptz(0)); INSERT INTO events VALUES ('2025-01-01 12:00:00.7+00');
SELECT 1 / (at <= '2025-01-01 12:00:00.7+00')::int FROM events;`,
    safe: `CREATE TABLE events (at timestamptz); INSERT INTO events VALUES ('2025-01-01 12:00:00.7+00');
SELECT 1 / (at <= '2025-01-01 12:00:00.7+00')::int FROM events;`,
  },
  predict: (statement, context) =>
    hitsOnColumns(
      definedColumns(statement, context),
      ({ definition }) => times.has(typeOf(definition)) && modifierOf(definition, 0) === 0,
      () => 'is rounded to whole seconds.',
    ),
  observe: ({ trace }) => trace.statements.some(({ error }) => error?.code === '22012'),
});

const times: ReadonlySet<string> = new Set(['timestamp', 'timestamptz', 'time', 'timetz']);
