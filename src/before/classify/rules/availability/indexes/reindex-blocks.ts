import type { ReindexStmt } from '@pgsql/types';
import { isOptionOn } from '../../../../../foundation/effects/options.js';
import { defineRule } from '../../../rule.js';

export default defineRule({
  id: 'reindex-blocks',
  title: 'REINDEX without CONCURRENTLY blocks writes, and reads too',
  why: 'It stops writes to the table and locks each index it rebuilds against all use; planning a query opens every index of its table, so reads wait as well.',
  instead: 'REINDEX … CONCURRENTLY, outside a transaction.',
  sources: ['https://www.postgresql.org/docs/current/sql-reindex.html#SQL-REINDEX-CONCURRENTLY'],
  concern: 'availability',
  severity: 'error',
  scope: 'statement',
  on: ['ReindexStmt'],
  example: {
    setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, status text); CREATE INDEX orders_status ON orders (status);',
    unsafe: 'REINDEX INDEX orders_status;',
    safe: 'REINDEX INDEX CONCURRENTLY orders_status;',
  },
  predict: ({ node, effects, statement, inside }, context) => {
    if (!('ReindexStmt' in node) || isOptionOn(node.ReindexStmt.params, 'concurrently', false)) return [];
    const { kind } = node.ReindexStmt;
    const locked = effects.locks.filter(({ relation }) => context.existing(relation));
    const wide = kind !== 'REINDEX_OBJECT_TABLE' && kind !== 'REINDEX_OBJECT_INDEX';
    const [first] = [...locked.filter((one) => one.mode === 'ShareLock'), ...locked];
    if (first === undefined && !(wide && context.graph === null)) return [];
    return [
      {
        message: `Until it ends ${wide ? whatOf(node.ReindexStmt) : (first?.relation ?? '')} can be neither written nor, as far as indexes are rebuilt, read.`,
        ...(wide || first === undefined ? {} : { relation: first.relation }),
        instead: kind === 'REINDEX_OBJECT_SYSTEM' || inside !== null ? undefined : concurrently(statement.sql),
      },
    ];
  },
  observe: ({ trace }) =>
    trace.statements.some(({ locks }) => locks.some(({ mode, kind }) => mode === 'ShareLock' && kind === 'table')),
});

function whatOf({ kind, name }: ReindexStmt): string {
  if (kind === 'REINDEX_OBJECT_SCHEMA') return `every table of schema ${name ?? ''} in its turn`;
  return 'every table of the database in its turn';
}

function concurrently(sql: string): string {
  return `${sql.replace(/^(\s*reindex\s*(?:\([^)]*\))?\s*(?:index|table|schema|database))\b/i, '$1 CONCURRENTLY')};`;
}
