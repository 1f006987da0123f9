import { defineRule } from '../../../rule.js';
import { meansEveryRow } from '../../../subjects/every-row.js';

export default defineRule({
  id: 'delete-without-where',
  title: 'A DELETE without a condition removes every row',
  why: 'All rows are gone, and with ON DELETE CASCADE those of other tables too; each stays locked until COMMIT.',
  instead: 'Say which rows have to go, keep a copy of them, and delete in batches that commit by themselves.',
  sources: ['https://www.postgresql.org/docs/current/sql-delete.html'],
  concern: 'data',
  severity: 'error',
  scope: 'statement',
  on: ['DeleteStmt'],
  example: {
    setup: 'CREATE TABLE events (id bigint PRIMARY KEY); INSERT INTO events SELECT generate_series(1, 30);',
    unsafe: 'DELETE FROM events;',
    safe: 'DELETE FROM events WHERE id BETWEEN 1 AND 5;',
  },
  predict: ({ node }, context) => {
    if (!('DeleteStmt' in node) || node.DeleteStmt.relation === undefined) return [];
    const { relation, whereClause, usingClause } = node.DeleteStmt;
    if (!meansEveryRow(whereClause) || (usingClause ?? []).length > 0) return [];
    const table = context.relation(relation);
    if (table === null || !context.existing(table.name)) return [];
    return [{ message: `Every row of ${table.name} is deleted.`, relation: table.name }];
  },
  observe: ({ trace }) => trace.statements.some(({ rowsWritten }) => rowsWritten !== null && rowsWritten >= 30),
});
