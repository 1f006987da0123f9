import { defineRule } from '../../../rule.js';

export default defineRule({
  id: 'insert-in-migration',
  title: 'A migration that puts rows into a table that is in use',
  why: 'Rows that a migration brings are no part of the schema: they differ between environments, may be there already, and stay locked until its transaction ends.',
  instead: 'Load data by a script or job of its own that can run twice; keep to rows that the schema itself needs.',
  sources: ['https://www.postgresql.org/docs/current/sql-insert.html'],
  concern: 'style',
  severity: 'info',
  scope: 'statement',
  on: ['InsertStmt'],
  example: {
    setup: 'CREATE TABLE countries (code text PRIMARY KEY);',
    unsafe: "INSERT INTO countries VALUES ('NL');",
    safe: `CREATE TABLE states (state text PRIMARY KEY);
INSERT INTO states VALUES ('open');`,
  },
  predict: ({ node }, context) => {
    if (!('InsertStmt' in node) || node.InsertStmt.relation === undefined) return [];
    const table = context.relation(node.InsertStmt.relation);
    if (table === null || !context.existing(table.name)) return [];
    return [
      { message: `The migration inserts rows into ${table.name}, which was there before.`, relation: table.name },
    ];
  },
  observe: ({ trace }) => {
    const made = new Set(
      trace.statements.flatMap(({ locks }) =>
        locks.filter(({ created }) => created === true).map(({ relation }) => relation),
      ),
    );
    return trace.statements.some(
      ({ sql, locks }) => /^\s*insert\b/i.test(sql) && locks.some(({ relation }) => !made.has(relation)),
    );
  },
});
