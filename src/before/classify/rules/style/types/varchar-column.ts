import { defineRule } from '../../../rule.js';
import { definedColumns, hitsOnColumns, modifierOf, typeOf } from '../../../subjects/new-columns.js';

export default defineRule({
  id: 'varchar-column',
  title: 'varchar(n) refuses longer values for no gain',
  why: 'It is no faster and no smaller than text, and each later change of the limit is a change of the column’s type.',
  instead: 'text, with a CHECK on the length where one matters: a CHECK can be replaced without touching the column.',
  sources: ['https://www.postgresql.org/docs/current/datatype-character.html'],
  concern: 'style',
  severity: 'info',
  scope: 'statement',
  on: ['CreateStmt', 'AlterTableStmt'],
  example: {
    setup: '',
    unsafe: "CREATE TABLE people (name varchar(10)); INSERT INTO people VALUES ('Maximilian Alexander');",
    safe: "CREATE TABLE people (name text); INSERT INTO people VALUES ('Maximilian Alexander');",
  },
  predict: (statement, context) =>
    hitsOnColumns(
      definedColumns(statement, context),
      ({ definition }) => typeOf(definition) === 'varchar' && modifierOf(definition, 0) !== null,
      ({ definition }) => `holds at most ${modifierOf(definition, 0) ?? 0} characters.`,
    ),
  observe: ({ trace }) => trace.statements.some(({ error }) => error?.code === '22001'),
});
