import type { Node } from '@pgsql/types';
import { nameParts } from '../../../../../foundation/effects/tree-names.js';
import { defineRule } from '../../../rule.js';

const blocking = /^pg_advisory(?:_xact)?_lock(?:_shared)?$/;

export default defineRule({
  id: 'blocking-advisory-lock',
  title: 'A blocking advisory lock waits without a limit, and can deadlock with CREATE INDEX CONCURRENTLY',
  why: 'Whoever waits for it keeps a snapshot; a concurrent index build of the holder waits for that snapshot, and both wait for each other.',
  instead: 'Ask with pg_try_advisory_lock, and again after a pause while it answers false.',
  sources: [
    'https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-ADVISORY-LOCKS',
    'https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY',
  ],
  concern: 'availability',
  severity: 'warning',
  scope: 'statement',
  on: 'any',
  example: {
    setup: '',
    unsafe: `SET lock_timeout = '200ms';
SELECT pg_advisory_xact_lock(4711);`,
    safe: `SET lock_timeout = '200ms';
SELECT pg_try_advisory_xact_lock(4711);`,
    application: 'SELECT pg_advisory_lock(4711)',
  },
  predict: ({ node, statement, inside }) => {
    if (inside === null && !/pg_advisory_/i.test(statement.sql)) return [];
    if (!callsBlocking(node)) return [];
    const tried = statement.sql.replace(/\bpg_advisory(_xact)?_lock/gi, 'pg_try_advisory$1_lock');
    return [
      {
        message: 'This waits for its advisory lock without a limit, with a snapshot in hand.',
        ...('SelectStmt' in node && inside === null
          ? { instead: `${tried}; -- false: somebody else has it; pause and ask again` }
          : {}),
      },
    ];
  },
  observe: ({ trace }) =>
    trace.statements.some(({ sql, error }) => /pg_advisory_(?:xact_)?lock/i.test(sql) && error?.code === '55P03'),
});

function callsBlocking(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(callsBlocking);
  if (typeof value !== 'object' || value === null) return false;
  if ('funcname' in value && Array.isArray(value.funcname)) {
    const name = (value.funcname as readonly Node[]).flatMap(nameParts).at(-1) ?? '';
    if (blocking.test(name)) return true;
  }
  return Object.values(value).some(callsBlocking);
}
