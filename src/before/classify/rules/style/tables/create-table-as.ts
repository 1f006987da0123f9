import { newRelation } from '../../../../../foundation/effects/effect-context.js';
import { defineRule } from '../../../rule.js';

export default defineRule({
  id: 'create-table-as',
  title: 'CREATE TABLE AS copies rows without keys, defaults or NOT NULL',
  why: 'The copy takes anything, has no index, and reads the whole source in one statement.',
  instead: 'CREATE TABLE … (LIKE source INCLUDING ALL), and fill it in batches.',
  sources: ['https://www.postgresql.org/docs/current/sql-createtableas.html'],
  concern: 'style',
  severity: 'info',
  scope: 'statement',
  on: ['CreateTableAsStmt'],
  example: {
    setup: 'CREATE TABLE orders (id bigint PRIMARY KEY); INSERT INTO orders VALUES (1);',
    unsafe: 'CREATE TABLE kept AS SELECT * FROM orders; INSERT INTO kept VALUES (1) ON CONFLICT (id) DO NOTHING;',
    safe: 'CREATE TABLE kept (LIKE orders INCLUDING ALL); INSERT INTO kept SELECT * FROM orders; INSERT INTO kept VALUES (1) ON CONFLICT (id) DO NOTHING;',
  },
  predict: ({ node }, context) => {
    if (!('CreateTableAsStmt' in node) || node.CreateTableAsStmt.objtype !== 'OBJECT_TABLE') return [];
    const table = node.CreateTableAsStmt.into?.rel;
    if (table === undefined || table.relpersistence === 't') return [];
    const { name } = newRelation(table, context, 'table');
    return [{ message: `${name} has no key, no default and no NOT NULL.`, relation: name }];
  },
  observe: ({ trace }) => trace.statements.some(({ error }) => error?.code === '42P10'),
});
