import type { DropStmt, IndexStmt } from '@pgsql/types';
import { relationNamed, nameParts } from '../../../../../foundation/effects/tree-names.js';
import type { JudgedStatement } from '../../../judged-statement.js';
import { defineRule, type Hit } from '../../../rule.js';
import type { RuleContext } from '../../../rule-context.js';
import { indexOnPartitions } from '../safe-sql/index-on-partitions.js';
import { inSteps, outsideTransactions } from '../safe-sql/steps.js';

export default defineRule({
  id: 'concurrent-index-on-partitioned-table',
  title: 'CONCURRENTLY on a partitioned table is refused',
  why: 'An index of a partitioned table can be neither built nor dropped CONCURRENTLY: the server refuses, and the migration stops there.',
  instead:
    'Create the index ON ONLY the partitioned table, build one CONCURRENTLY on each partition, and attach them: the whole is valid with the last.',
  sources: [
    'https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY',
    'https://www.postgresql.org/docs/current/ddl-partitioning.html',
  ],
  concern: 'availability',
  severity: 'error',
  needsSchema: true,
  scope: 'statement',
  on: ['IndexStmt', 'DropStmt'],
  example: {
    setup: `CREATE TABLE events (id bigint, at date) PARTITION BY RANGE (at);
CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');`,
    unsafe: 'CREATE INDEX CONCURRENTLY events_id ON events (id);',
    safe: `CREATE INDEX events_id ON ONLY events (id);
CREATE INDEX CONCURRENTLY events_2026_id ON events_2026 (id);
ALTER INDEX events_id ATTACH PARTITION events_2026_id;`,
  },
  predict: (statement, context) => {
    const { node } = statement;
    if ('IndexStmt' in node) return refusedBuild(statement, node.IndexStmt, context);
    return 'DropStmt' in node ? refusedDrop(node.DropStmt, context) : [];
  },
  observe: ({ trace }) => trace.statements.some(({ error }) => error?.code === '0A000'),
});

function refusedBuild(statement: JudgedStatement, create: IndexStmt, context: RuleContext): readonly Hit[] {
  if (create.concurrent !== true || create.relation === undefined) return [];
  const table = context.relation(create.relation);
  if (table?.kind !== 'partitioned table') return [];
  const steps = indexOnPartitions(statement, create, { table, graph: context.graph });
  return [
    {
      message: `${table.name} is partitioned: the server refuses to build its index CONCURRENTLY.`,
      relation: table.name,
      instead: steps === null ? undefined : inSteps(outsideTransactions, ...steps),
    },
  ];
}

function refusedDrop(drop: DropStmt, context: RuleContext): readonly Hit[] {
  if (drop.concurrent !== true) return [];
  return (drop.objects ?? []).flatMap((object) => {
    const index = context.relation({ ...relationNamed(nameParts(object)) });
    if (index?.kind !== 'partitioned index') return [];
    const message = `${index.name} spans partitions: the server refuses to drop it CONCURRENTLY.`;
    return [{ message, relation: index.name, instead: `SET lock_timeout = '2s';\nDROP INDEX ${index.name};` }];
  });
}
