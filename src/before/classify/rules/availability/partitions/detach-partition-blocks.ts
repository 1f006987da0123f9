import { resolveRelation } from '../../../../../foundation/effects/effect-context.js';
import { defineRule } from '../../../rule.js';
import type { RuleContext } from '../../../rule-context.js';
import { isGuarded, withLockTimeout } from '../../../locks/lock-guard.js';
import { partitionCommand } from './partition-command.js';

export default defineRule({
  id: 'detach-partition-blocks',
  title: 'DETACH PARTITION stops reads and writes of the whole partitioned table',
  why: 'Without CONCURRENTLY it locks the partitioned table and the partition ACCESS EXCLUSIVE: all queries of all partitions queue behind it.',
  instead: 'DETACH PARTITION … CONCURRENTLY, outside a transaction; FINALIZE one that was interrupted.',
  sources: ['https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DETACH-PARTITION'],
  concern: 'availability',
  severity: 'error',
  scope: 'statement',
  on: ['AlterTableStmt'],
  alters: ['AT_DetachPartition'],
  example: {
    setup: `CREATE TABLE events (id bigint, at date) PARTITION BY RANGE (at);
CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');`,
    unsafe: 'ALTER TABLE events DETACH PARTITION events_2025;',
    safe: 'ALTER TABLE events DETACH PARTITION events_2025 CONCURRENTLY;',
  },
  predict: ({ node, statement, inside }, context) => {
    const detach = partitionCommand(node, 'AT_DetachPartition');
    if (detach === null || detach.concurrent === true || !('AlterTableStmt' in node)) return [];
    const parent = resolveRelation(node.AlterTableStmt.relation ?? {}, context, 'partitioned table');
    if (parent === null || !context.existing(parent.name)) return [];
    return [
      {
        message: `Reads and writes of ${parent.name} and all its partitions wait for the DETACH, and for every long query that it queues behind.`,
        relation: parent.name,
        instead:
          inside !== null || hasDefault(parent.name, context)
            ? `-- CONCURRENTLY is refused beside a default partition\n${withLockTimeout(statement.sql)}`
            : `${statement.sql} CONCURRENTLY; -- outside of a transaction`,
        ...(isGuarded(context) ? { severity: 'warning' as const } : {}),
      },
    ];
  },
  observe: ({ trace }) =>
    trace.statements.some(({ locks }) =>
      locks.some(
        ({ kind, mode, created }) =>
          kind === 'partitioned table' && mode === 'AccessExclusiveLock' && created === undefined,
      ),
    ),
});

function hasDefault(parent: string, { graph }: RuleContext): boolean {
  const facts = graph?.relationNamed(parent) ?? null;
  return (graph?.children(facts?.oid ?? '') ?? []).some(({ partitionBound }) => partitionBound === 'DEFAULT');
}
