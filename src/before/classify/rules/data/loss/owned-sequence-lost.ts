import { defineRule } from '../../../rule.js';
import { alterations } from '../../../subjects/alterations.js';

export default defineRule({
  id: 'owned-sequence-lost',
  title: 'A sequence goes with the column that owns it',
  why: 'A sequence that serial made, or OWNED BY, is dropped with its column, also when something else takes numbers from it.',
  instead: 'ALTER SEQUENCE … OWNED BY NONE before the column is dropped, if the numbers go on.',
  sources: ['https://www.postgresql.org/docs/current/sql-createsequence.html'],
  concern: 'data',
  severity: 'info',
  scope: 'statement',
  on: ['AlterTableStmt'],
  alters: ['AT_DropColumn'],
  needsSchema: true,
  example: {
    setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, number bigserial);',
    unsafe: 'ALTER TABLE orders DROP COLUMN number;',
    safe: 'ALTER SEQUENCE orders_number_seq OWNED BY NONE; ALTER TABLE orders DROP COLUMN number;',
    application: "SELECT nextval('orders_number_seq')",
  },
  predict: (statement, context) =>
    alterations(statement, context, ['AT_DropColumn']).flatMap(({ relation, column }) => {
      if (relation.facts === null || column === null || column.identity || context.graph === null) return [];
      return context.graph
        .sequencesOwnedBy(relation.facts.oid)
        .filter(({ ownedBy }) => ownedBy?.column === column.name)
        .map(({ name }) => ({
          message: `${name} is dropped with the column, and its position is lost.`,
          relation: relation.name,
          instead: `ALTER SEQUENCE ${name} OWNED BY NONE;\n${statement.statement.sql};`,
        }));
    }),
  observe: ({ applicationError }) => applicationError !== null,
});
