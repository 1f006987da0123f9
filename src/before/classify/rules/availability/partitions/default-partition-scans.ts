import type { Node, PartitionBoundSpec, RangeVar } from '@pgsql/types';
import { newRelation, type RelationHandle, resolveRelation } from '../../../../../foundation/effects/effect-context.js';
import { rangeVars } from '../../../../../foundation/effects/tree-names.js';
import { quoteIdentifier } from '../../../../../foundation/sql/quote-identifier.js';
import type { SchemaRelation } from '../../../../../model/schema.js';
import { defineRule } from '../../../rule.js';
import type { RuleContext } from '../../../rule-context.js';
import { boundCondition, boundText } from './bound-condition.js';
import { partitionCommand } from './partition-command.js';

export default defineRule({
  id: 'default-partition-scans',
  title: 'A new partition has the default partition read whole while nobody can use it',
  why: 'The default partition must hold no row of the new one: it is searched under an ACCESS EXCLUSIVE lock, unless validated CHECK constraints prove it.',
  instead:
    'Promise it first: a CHECK constraint NOT VALID on the default partition that excludes the new bounds, validated in a transaction of its own; drop it afterwards.',
  sources: ['https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-ATTACH-PARTITION'],
  concern: 'availability',
  severity: 'error',
  scope: 'statement',
  needsSchema: true,
  on: ['CreateStmt', 'AlterTableStmt'],
  example: {
    setup: `CREATE TABLE events (id bigint, at date NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE events_rest PARTITION OF events DEFAULT;
INSERT INTO events SELECT n, '2025-05-01' FROM generate_series(1, 100) n;`,
    unsafe: "CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');",
    safe: `ALTER TABLE events_rest ADD CONSTRAINT bound CHECK (at < '2026-01-01' OR at >= '2027-01-01') NOT VALID;
ALTER TABLE events_rest VALIDATE CONSTRAINT bound;
CREATE TABLE events_2026 (LIKE events INCLUDING ALL);
ALTER TABLE events ATTACH PARTITION events_2026 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');`,
  },
  predict: ({ node, effects, statement, inside }, context) => {
    const addition = additionOf(node, context);
    const rest = addition === null ? null : defaultPartition(addition.parent, context);
    if (addition === null || rest === null || !context.existing(rest.name)) return [];
    const below = new Set([rest, ...(context.graph?.descendants(rest.oid) ?? [])].map(({ name }) => name));
    const scan = effects.scans.find(({ relation }) => below.has(relation));
    if (scan === undefined) return [];
    const instead = inside !== null ? null : attachBeside(statement.sql, addition, rest);
    return [
      {
        message: `Reads and writes of ${scan.relation} wait until it is searched for rows of the new partition.`,
        relation: scan.relation,
        certainty: scan.certainty,
        ...(instead === null ? {} : { instead }),
      },
    ];
  },
  observe: ({ trace }) => {
    const made = trace.statements.flatMap(({ locks }) => locks.filter(({ created }) => created === true));
    const isMade = (table: string): boolean => made.some(({ relation }) => relation === table);
    return trace.statements.some(
      ({ sql, locks, scans }) =>
        /\bpartition\b/i.test(sql) &&
        scans.some(
          (scan) =>
            !isMade(scan) && locks.some(({ relation, mode }) => relation === scan && mode === 'AccessExclusiveLock'),
        ),
    );
  },
});

interface Addition {
  readonly parent: RelationHandle;
  readonly bound: PartitionBoundSpec;
  /** As reports name it. */
  readonly partition: string;
  readonly creates: boolean;
}

function additionOf(node: Node, context: RuleContext): Addition | null {
  if ('CreateStmt' in node) {
    const [parent] = rangeVars(node.CreateStmt.inhRelations);
    const { name } = newRelation(node.CreateStmt.relation ?? {}, context, 'table');
    return additionTo(parent, node.CreateStmt.partbound, { context, partition: name, creates: true });
  }
  const attach = partitionCommand(node, 'AT_AttachPartition');
  if (attach === null || !('AlterTableStmt' in node)) return null;
  const child = resolveRelation(attach.name ?? {}, context);
  if (child === null) return null;
  const { relation } = node.AlterTableStmt;
  return additionTo(relation, attach.bound, { context, partition: child.name, creates: false });
}

interface Part extends Pick<Addition, 'partition' | 'creates'> {
  readonly context: RuleContext;
}

function additionTo(
  table: RangeVar | undefined,
  bound: PartitionBoundSpec | undefined,
  { context, ...part }: Part,
): Addition | null {
  if (table === undefined || bound === undefined) return null;
  const parent = resolveRelation(table, context, 'partitioned table');
  return parent === null ? null : { ...part, parent, bound };
}

function defaultPartition({ facts }: RelationHandle, { graph }: RuleContext): SchemaRelation | null {
  const partitions = facts === null ? [] : (graph?.children(facts.oid) ?? []);
  return partitions.find(({ partitionBound }) => partitionBound === 'DEFAULT') ?? null;
}

function attachBeside(
  sql: string,
  { parent, bound, partition, creates }: Addition,
  rest: SchemaRelation,
): string | null {
  const text = boundText(sql, bound);
  const condition = boundCondition(sql, parent, bound);
  if (text === null || condition === null) return null;
  const name = quoteIdentifier(`${rest.relname}_without_new`);
  return [
    '-- outside of a transaction, so that each statement commits by itself',
    `ALTER TABLE ${rest.name} ADD CONSTRAINT ${name} CHECK (${condition.outside}) NOT VALID;`,
    `ALTER TABLE ${rest.name} VALIDATE CONSTRAINT ${name}; -- fails while rows of the new partition are there: move them first`,
    ...(creates ? [`CREATE TABLE ${partition} (LIKE ${parent.name} INCLUDING ALL EXCLUDING IDENTITY);`] : []),
    `ALTER TABLE ${parent.name} ATTACH PARTITION ${partition} ${text};`,
    `ALTER TABLE ${rest.name} DROP CONSTRAINT ${name};`,
  ].join('\n');
}
