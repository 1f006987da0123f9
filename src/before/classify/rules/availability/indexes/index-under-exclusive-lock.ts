import { blockedTraffic, type RelationKind } from '../../../../../model/locks.js';
import { defineRule } from '../../../rule.js';
import { scansExisting } from '../altered-table.js';
import { concurrently } from '../safe-sql/create-index-text.js';
import { inSteps, outsideTransactions } from '../safe-sql/steps.js';

export default defineRule({
  id: 'index-under-exclusive-lock',
  title: 'An index is built while the transaction blocks reads',
  why: 'A lock is held to the end of its transaction: one that would have been brief lasts as long as the build of the index.',
  instead:
    'Build the index in a migration of its own, CONCURRENTLY; at least not behind a statement that locks a table exclusively.',
  sources: ['https://www.postgresql.org/docs/current/explicit-locking.html'],
  concern: 'availability',
  severity: 'error',
  scope: 'statement',
  on: ['IndexStmt'],
  example: {
    setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, placed_on date NOT NULL);',
    unsafe: `ALTER TABLE orders ADD COLUMN note text;
CREATE INDEX orders_placed_on ON orders (placed_on);`,
    safe: `ALTER TABLE orders ADD COLUMN note text;
CREATE INDEX CONCURRENTLY orders_placed_on ON orders (placed_on);`,
    transaction: { unsafe: 'single' },
  },
  predict: (judged, context) => {
    const { node, statement, inTransaction, inside } = judged;
    if (!('IndexStmt' in node) || node.IndexStmt.concurrent === true || !inTransaction) return [];
    const stopping = context.held.filter(({ mode, relation }) => stopsReads(mode) && context.existing(relation));
    const held = stopping.find(({ kind }) => !isIndex(kind)) ?? stopping[0];
    if (held === undefined || scansExisting(judged, context) === null) return [];
    return [
      {
        message: `Nobody reads or writes ${isIndex(held.kind) ? 'the table of ' : ''}${held.relation}, locked by an earlier statement, until this index is built and the transaction ends.`,
        relation: held.relation,
        certainty: held.certainty,
        instead: inside === null ? inSteps(outsideTransactions, concurrently(statement.sql)) : undefined,
      },
    ];
  },
  observe: ({ trace }) =>
    trace.transaction.mode === 'single' &&
    trace.statements.some(
      ({ locks, newFiles }, index) =>
        newFiles.length > 0 &&
        locks.some(({ mode }) => mode === 'ShareLock') &&
        trace.statements
          .slice(0, index)
          .some((earlier) => earlier.locks.some(({ mode, created }) => stopsReads(mode) && created === undefined)),
    ),
});

function isIndex(kind: RelationKind): boolean {
  return kind === 'index' || kind === 'partitioned index';
}

function stopsReads(mode: Parameters<typeof blockedTraffic>[0]): boolean {
  return blockedTraffic(mode) === 'reads and writes';
}
