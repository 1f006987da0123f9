import { quoteIdentifier } from '../../../../../foundation/sql/quote-identifier.js';
import { defineRule } from '../../../rule.js';
import { isRemadeInTransaction } from '../../../subjects/remade.js';

export default defineRule({
  id: 'rename-table',
  title: 'Renaming a table breaks every application version that runs',
  why: 'Old code asks for the old name, new code for the new one; whichever runs beside the change fails.',
  instead: 'Rename it and make a view of the old name in one transaction; drop the view when nobody uses it.',
  sources: [
    'https://www.postgresql.org/docs/current/sql-altertable.html',
    'https://www.postgresql.org/docs/current/sql-createview.html#SQL-CREATEVIEW-UPDATABLE-VIEWS',
  ],
  concern: 'compatibility',
  severity: 'error',
  scope: 'statement',
  on: ['RenameStmt'],
  example: {
    setup: 'CREATE TABLE users (id bigint PRIMARY KEY, name text);',
    unsafe: 'ALTER TABLE users RENAME TO people;',
    safe: 'ALTER TABLE users RENAME TO people; CREATE VIEW users AS SELECT * FROM people;',
    transaction: { safe: 'single' },
    application: 'SELECT name FROM users',
  },
  predict: (statement, context) => {
    if (!('RenameStmt' in statement.node)) return [];
    const { relation, renameType = '', newname = '' } = statement.node.RenameStmt;
    if (renameType !== 'OBJECT_TABLE' && renameType !== 'OBJECT_FOREIGN_TABLE') return [];
    const table = relation === undefined ? null : context.relation(relation);
    if (table === null || !context.existing(table.name)) return [];
    // ALTER TABLE renames views and indexes too; whether one of those is meant only a schema tells.
    if (table.facts !== null && !tableKinds.has(table.kind)) return [];
    if (isRemadeInTransaction(table.name, statement, context)) return [];
    const named = quoteIdentifier(newname);
    const renamed = `${table.name.slice(0, table.name.lastIndexOf('.'))}.${named}`;
    return [
      {
        message: `${table.name} becomes ${named}: queries that use the old name fail.`,
        relation: table.name,
        instead: [
          'BEGIN;',
          `ALTER TABLE ${table.name} RENAME TO ${named};`,
          `CREATE VIEW ${table.name} AS SELECT * FROM ${renamed};`,
          '-- and the grants of the table to the view',
          'COMMIT;',
        ].join('\n'),
      },
    ];
  },
  observe: ({ applicationError }) => applicationError === '42P01',
});

const tableKinds: ReadonlySet<string> = new Set(['table', 'partitioned table', 'foreign table']);
