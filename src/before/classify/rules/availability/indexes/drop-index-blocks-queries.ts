import type { DropStmt } from '@pgsql/types';
import { nameParts } from '../../../../../foundation/effects/tree-names.js';
import { quoteIdentifier } from '../../../../../foundation/sql/quote-identifier.js';
import { defineRule } from '../../../rule.js';

export default defineRule({
  id: 'drop-index-blocks-queries',
  title: 'DROP INDEX without CONCURRENTLY blocks reads and writes of its table',
  why: 'It takes an ACCESS EXCLUSIVE lock on the table: it waits for every query that runs, and all that come later wait behind it.',
  instead: 'DROP INDEX CONCURRENTLY, outside a transaction, one index at a time.',
  sources: ['https://www.postgresql.org/docs/current/sql-dropindex.html'],
  concern: 'availability',
  severity: 'error',
  scope: 'statement',
  on: ['DropStmt'],
  example: {
    setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, status text); CREATE INDEX orders_status ON orders (status);',
    unsafe: 'DROP INDEX orders_status;',
    safe: 'DROP INDEX CONCURRENTLY orders_status;',
  },
  predict: ({ node, effects, inside }, context) => {
    if (!('DropStmt' in node)) return [];
    const drop = node.DropStmt;
    if (drop.removeType !== 'OBJECT_INDEX' || drop.concurrent === true) return [];
    const locked = effects.locks.filter(
      ({ mode, relation }) => mode === 'AccessExclusiveLock' && context.existing(relation),
    );
    const isIndex = (kind: string): boolean => kind.endsWith('index');
    const tables = locked.filter(({ kind }) => !isIndex(kind));
    // By the text alone the index is all there is to name; with a schema its table must be an old one.
    const blocked = tables.length > 0 ? tables : context.graph === null ? locked : [];
    const spansPartitions = locked.some(({ kind }) => kind === 'partitioned index');
    return blocked.slice(0, 1).map(({ relation, kind, certainty }) => ({
      message: `Nobody reads or writes ${isIndex(kind) ? `the table of ${relation}` : relation} until the drop is committed.`,
      relation,
      certainty,
      instead: spansPartitions || inside !== null || drop.behavior === 'DROP_CASCADE' ? undefined : dropOneByOne(drop),
    }));
  },
  observe: ({ trace }) =>
    trace.statements.some(({ locks }) =>
      locks.some(
        ({ mode, kind, created }) => mode === 'AccessExclusiveLock' && kind === 'table' && created === undefined,
      ),
    ),
});

/** CONCURRENTLY takes one name at a time. */
function dropOneByOne({ objects, missing_ok }: DropStmt): string {
  const ifExists = missing_ok === true ? 'IF EXISTS ' : '';
  return (objects ?? [])
    .map((object) => `DROP INDEX CONCURRENTLY ${ifExists}${nameParts(object).map(quoteIdentifier).join('.')};`)
    .join('\n');
}
