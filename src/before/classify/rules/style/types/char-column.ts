import { defineRule } from '../../../rule.js';
import { definedColumns, hitsOnColumns, typeOf } from '../../../subjects/new-columns.js';

export default defineRule({
  id: 'char-column',
  title: 'char(n) pads its values with blanks',
  why: 'The blanks are stored, counted and sent to applications, and some comparisons ignore them while others do not.',
  instead: 'text, with a CHECK on the length where one matters.',
  sources: ['https://www.postgresql.org/docs/current/datatype-character.html'],
  concern: 'style',
  severity: 'info',
  scope: 'statement',
  on: ['CreateStmt', 'AlterTableStmt'],
  example: {
    setup: '',
    unsafe:
      "CREATE TABLE codes (code char(5)); INSERT INTO codes VALUES ('ab'); SELECT 1 / (octet_length(code) = 2)::int FROM codes;",
    safe: "CREATE TABLE codes (code text); INSERT INTO codes VALUES ('ab'); SELECT 1 / (octet_length(code) = 2)::int FROM codes;",
  },
  predict: (statement, context) =>
    hitsOnColumns(
      definedColumns(statement, context),
      ({ definition }) => typeOf(definition) === 'bpchar',
      () => 'is padded with blanks.',
    ),
  observe: ({ trace }) => trace.statements.some(({ error }) => error?.code === '22012'),
});
