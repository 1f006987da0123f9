import type { Node } from '@pgsql/types';
import { isOptionOn } from '../../../../../foundation/effects/options.js';
import { defineRule } from '../../../rule.js';
import type { RuleContext } from '../../../rule-context.js';
import { partitionCommand } from '../partitions/partition-command.js';

const shortestMs = { lock_timeout: 60_000, statement_timeout: 600_000 } as const;

export default defineRule({
  id: 'short-timeout-on-long-step',
  title: 'A short timeout over a step that works CONCURRENTLY',
  why: 'Such a step waits for old transactions and stops nobody meanwhile; ended by a timeout it leaves an invalid index or a half-detached partition behind.',
  instead: 'Take both timeouts off for this step and watch it instead; set them again behind it.',
  sources: [
    'https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY',
    'https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-LOCK-TIMEOUT',
  ],
  concern: 'availability',
  severity: 'warning',
  scope: 'statement',
  on: ['IndexStmt', 'DropStmt', 'ReindexStmt', 'AlterTableStmt'],
  example: {
    setup: `CREATE FUNCTION slow(bigint) RETURNS bigint IMMUTABLE LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.2); RETURN $1; END';
CREATE TABLE orders (id bigint PRIMARY KEY);
INSERT INTO orders VALUES (1), (2), (3);`,
    unsafe: `SET statement_timeout = '300ms';
CREATE INDEX CONCURRENTLY orders_slow ON orders (slow(id));`,
    safe: `SET statement_timeout = 0;
CREATE INDEX CONCURRENTLY orders_slow ON orders (slow(id));`,
  },
  predict: ({ node, statement, inTransaction }, context) => {
    // Inside a transaction it is refused before any timeout counts.
    if (!worksConcurrently(node) || inTransaction) return [];
    const short = shortTimeouts(context);
    if (short.length === 0) return [];
    return [
      {
        message: `${short.join(' and ')} may end this step halfway.`,
        instead: [
          ...(['lock_timeout', 'statement_timeout'] as const).map((setting) => `SET ${setting} = 0;`),
          `${statement.sql};`,
          ...(['lock_timeout', 'statement_timeout'] as const).map((setting) => `RESET ${setting};`),
        ].join('\n'),
      },
    ];
  },
  observe: ({ trace }) =>
    trace.statements.some(
      ({ sql, error }) => /\bconcurrently\b/i.test(sql) && (error?.code === '57014' || error?.code === '55P03'),
    ),
});

function worksConcurrently(node: Node): boolean {
  if ('IndexStmt' in node) return node.IndexStmt.concurrent === true;
  if ('DropStmt' in node) return node.DropStmt.concurrent === true;
  if ('ReindexStmt' in node) return isOptionOn(node.ReindexStmt.params, 'concurrently', false);
  return partitionCommand(node, 'AT_DetachPartition')?.concurrent === true;
}

function shortTimeouts(context: RuleContext): readonly string[] {
  return (['lock_timeout', 'statement_timeout'] as const).flatMap((setting) => {
    const timeout = context.timeoutMs(setting) ?? 0;
    return timeout > 0 && timeout < shortestMs[setting] ? [`${setting} = ${timeout} ms`] : [];
  });
}
