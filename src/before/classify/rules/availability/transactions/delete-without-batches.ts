import { batchHits } from '../../../rows/batch-hits.js';
import { defineRule } from '../../../rule.js';

export default defineRule({
  id: 'delete-without-batches',
  title: 'One DELETE removes a large part of a table',
  why: 'Its row locks are held to the end, other writers of those rows wait for it, and nothing of the space can be used again before it ends.',
  instead: 'Delete ranges of the key, each in a transaction of its own, outside of the migration.',
  sources: [
    'https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-ROWS',
    'https://www.postgresql.org/docs/current/routine-vacuuming.html',
  ],
  concern: 'availability',
  severity: 'warning',
  scope: 'statement',
  on: ['DeleteStmt'],
  example: {
    setup: `CREATE TABLE events (id bigint PRIMARY KEY, at date);
INSERT INTO events SELECT generate_series(1, 1000), '2020-01-01';`,
    unsafe: "DELETE FROM events WHERE at < '2025-01-01';",
    safe: `DELETE FROM events WHERE (at < '2025-01-01') AND id >= 0 AND id < 600;
DELETE FROM events WHERE (at < '2025-01-01') AND id >= 600 AND id < 1200;`,
  },
  predict: (judged, context) => ('DeleteStmt' in judged.node ? batchHits(judged, judged.node.DeleteStmt, context) : []),
  observe: ({ trace }) => trace.statements.some(({ rowsWritten }) => (rowsWritten ?? 0) >= 1000),
});
