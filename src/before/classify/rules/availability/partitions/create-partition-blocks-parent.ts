import type { CreateStmt } from '@pgsql/types';
import { newRelation, type RelationHandle, resolveRelation } from '../../../../../foundation/effects/effect-context.js';
import { rangeVars } from '../../../../../foundation/effects/tree-names.js';
import { quoteIdentifier } from '../../../../../foundation/sql/quote-identifier.js';
import { isGuarded } from '../../../locks/lock-guard.js';
import { defineRule } from '../../../rule.js';
import type { RuleContext } from '../../../rule-context.js';
import { boundText } from './bound-condition.js';

export default defineRule({
  id: 'create-partition-blocks-parent',
  title: 'CREATE TABLE … PARTITION OF stops reads and writes of the whole partitioned table',
  why: 'It locks the partitioned table ACCESS EXCLUSIVE: it waits for every query of any partition, and all later ones wait behind it.',
  instead: 'Create the table by itself, LIKE the partitioned one, and ATTACH it: that lets reads and writes go on.',
  sources: [
    'https://www.postgresql.org/docs/current/sql-createtable.html#SQL-CREATETABLE-PARTITION',
    'https://www.postgresql.org/docs/current/ddl-partitioning.html#DDL-PARTITIONING-DECLARATIVE-MAINTENANCE',
  ],
  concern: 'availability',
  severity: 'warning',
  scope: 'statement',
  on: ['CreateStmt'],
  example: {
    setup:
      'CREATE TABLE events (id bigint GENERATED ALWAYS AS IDENTITY, at date NOT NULL, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);',
    unsafe: "CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');",
    safe: `CREATE TABLE events_2026 (LIKE events INCLUDING ALL EXCLUDING IDENTITY);
ALTER TABLE events ATTACH PARTITION events_2026 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');`,
  },
  predict: ({ node, statement, effects, inside }, context) => {
    if (!('CreateStmt' in node) || node.CreateStmt.partbound === undefined) return [];
    const [named] = rangeVars(node.CreateStmt.inhRelations);
    const parent = named === undefined ? null : resolveRelation(named, context, 'partitioned table');
    if (parent === null || !context.existing(parent.name)) return [];
    const request = effects.locks.find(
      ({ relation, mode }) => relation === parent.name && mode === 'AccessExclusiveLock',
    );
    if (request === undefined) return [];
    const instead = inside !== null ? null : attachLater(statement.sql, { create: node.CreateStmt, parent, context });
    return [
      {
        message: `Reads and writes of ${parent.name} and all its partitions wait for this, and for every long query that it queues behind.`,
        relation: parent.name,
        certainty: request.certainty,
        ...(instead === null ? {} : { instead }),
        ...(isGuarded(context) ? { severity: 'info' as const } : {}),
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

interface Creation {
  readonly create: CreateStmt;
  readonly parent: RelationHandle;
  readonly context: RuleContext;
}

/** Null where the statement says more than which partition: options that would have to be carried over. */
function attachLater(sql: string, { create, parent, context }: Creation): string | null {
  const bound = create.partbound === undefined ? null : boundText(sql, create.partbound);
  const more = [create.tableElts, create.options].some((list) => (list ?? []).length > 0);
  if (bound === null || more || create.partspec !== undefined) return null;
  const { name } = newRelation(create.relation ?? {}, context, 'table');
  const method = create.accessMethod === undefined ? '' : ` USING ${quoteIdentifier(create.accessMethod)}`;
  const space = create.tablespacename === undefined ? '' : ` TABLESPACE ${quoteIdentifier(create.tablespacename)}`;
  return [
    `CREATE TABLE ${name} (LIKE ${parent.name} INCLUDING ALL EXCLUDING IDENTITY)${method}${space};`,
    `ALTER TABLE ${parent.name} ATTACH PARTITION ${name} ${bound};`,
  ].join('\n');
}
