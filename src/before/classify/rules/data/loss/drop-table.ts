import { defineRule } from '../../../rule.js';
import { certaintyOfDrop, droppedRelations } from '../../../subjects/dropped-relations.js';

export default defineRule({
  id: 'drop-table',
  title: 'Dropping a table loses its rows and breaks whoever still uses it',
  why: 'Rows, indexes, grants and triggers are gone at COMMIT; only a backup brings them back.',
  instead: 'Release code that does not use the table, take its rights away, wait, keep a copy, and drop it last.',
  sources: ['https://www.postgresql.org/docs/current/sql-droptable.html'],
  concern: 'data',
  severity: 'error',
  scope: 'statement',
  on: ['DropStmt'],
  example: {
    setup: 'CREATE TABLE invoices (id bigint PRIMARY KEY); INSERT INTO invoices VALUES (1);',
    unsafe: 'DROP TABLE invoices;',
    safe: 'CREATE TABLE scratch (id bigint); DROP TABLE scratch;',
    application: 'SELECT id FROM invoices',
  },
  predict: (statement, context) =>
    droppedRelations(statement, context, ['OBJECT_TABLE', 'OBJECT_FOREIGN_TABLE']).map(({ name, kind }) => ({
      message:
        kind === 'foreign table'
          ? `${name} is gone here; its rows stay where they are.`
          : `${name} and all of its rows are gone.`,
      relation: name,
      certainty: certaintyOfDrop(statement, context),
      ...(kind === 'foreign table' ? { severity: 'warning' as const } : {}),
      instead: [
        '-- now: whoever still uses it is noticed, and nothing is lost',
        `REVOKE ALL ON ${name} FROM PUBLIC; -- and from the roles of the application`,
        '-- in a later change, when nobody missed it and a copy is kept:',
        `DROP TABLE ${name};`,
      ].join('\n'),
    })),
  observe: ({ applicationError }) => applicationError === '42P01',
});
