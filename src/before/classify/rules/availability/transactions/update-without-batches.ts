import { batchHits } from '../../../rows/batch-hits.js';
import { defineRule } from '../../../rule.js';

export default defineRule({
  id: 'update-without-batches',
  title: 'One UPDATE changes a large part of a table',
  why: 'Its row locks are held to the end, other writers of those rows wait for it, and vacuum cannot clean up behind it: the table grows by all changed rows.',
  instead: 'Change ranges of the key, each in a transaction of its own, outside of the migration.',
  sources: [
    'https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-ROWS',
    'https://www.postgresql.org/docs/current/routine-vacuuming.html',
  ],
  concern: 'availability',
  severity: 'warning',
  scope: 'statement',
  on: ['UpdateStmt'],
  example: {
    setup: `CREATE TABLE orders (id bigint PRIMARY KEY, state text);
INSERT INTO orders SELECT generate_series(1, 1000);`,
    unsafe: "UPDATE orders SET state = 'new' WHERE state IS NULL;",
    safe: `UPDATE orders SET state = 'new' WHERE (state IS NULL) AND id >= 0 AND id < 600;
UPDATE orders SET state = 'new' WHERE (state IS NULL) AND id >= 600 AND id < 1200;`,
  },
  predict: (judged, context) => ('UpdateStmt' in judged.node ? batchHits(judged, judged.node.UpdateStmt, context) : []),
  observe: ({ trace }) => trace.statements.some(({ rowsWritten }) => (rowsWritten ?? 0) >= 1000),
});
