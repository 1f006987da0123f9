import type { PartitionBoundSpec } from '@pgsql/types';
import { resolveRelation, type RelationHandle } from '../../../../../foundation/effects/effect-context.js';
import { alterCommands, constraintOf } from '../../../alter-commands.js';
import { defineRule } from '../../../rule.js';
import type { RuleContext } from '../../../rule-context.js';
import { bareName, siblingName } from '../../../locks/sibling-name.js';
import { boundCondition, boundText } from './bound-condition.js';
import { partitionCommand } from './partition-command.js';

export default defineRule({
  id: 'attach-partition-scans',
  title: 'ATTACH PARTITION reads the whole table while nobody can use it',
  why: 'Every row is checked against the bounds under an ACCESS EXCLUSIVE lock on the table, unless validated CHECK constraints prove them.',
  instead:
    'Add the bounds as a CHECK constraint NOT VALID, validate it in a transaction of its own, attach, and drop the CHECK.',
  sources: [
    'https://www.postgresql.org/docs/current/ddl-partitioning.html#DDL-PARTITIONING-DECLARATIVE-MAINTENANCE',
    'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-ATTACH-PARTITION',
  ],
  concern: 'availability',
  severity: 'error',
  scope: 'statement',
  on: ['AlterTableStmt'],
  alters: ['AT_AttachPartition'],
  example: {
    setup: `CREATE TABLE events (id bigint NOT NULL, at date NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE events_2026 (id bigint NOT NULL, at date NOT NULL);
INSERT INTO events_2026 SELECT n, '2026-05-01' FROM generate_series(1, 100) n;`,
    unsafe: "ALTER TABLE events ATTACH PARTITION events_2026 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');",
    safe: `ALTER TABLE events_2026 ADD CONSTRAINT bound CHECK (at >= '2026-01-01' AND at < '2027-01-01') NOT VALID;
ALTER TABLE events_2026 VALIDATE CONSTRAINT bound;
ALTER TABLE events ATTACH PARTITION events_2026 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');`,
  },
  predict: ({ node, effects, statement, inside }, context) => {
    const attach = partitionCommand(node, 'AT_AttachPartition');
    if (attach === null || !('AlterTableStmt' in node)) return [];
    const child = resolveRelation(attach.name ?? {}, context);
    const parent = resolveRelation(node.AlterTableStmt.relation ?? {}, context, 'partitioned table');
    if (child === null || parent === null || !context.existing(child.name)) return [];
    const scan = effects.scans.find(({ relation }) => relation === child.name);
    if (scan === undefined || (context.graph === null && wasChecked(child, context))) return [];
    const instead =
      attach.bound === undefined || inside !== null
        ? null
        : attachProved(statement.sql, { parent, child, bound: attach.bound });
    return [
      {
        message: `Reads and writes of ${child.name} wait until all its rows are checked against the bounds.`,
        relation: child.name,
        certainty: scan.certainty,
        ...(instead === null ? {} : { instead }),
      },
    ];
  },
  observe: ({ trace }) =>
    trace.statements.some(({ sql, scans }) => /\battach\s+partition\b/i.test(sql) && scans.length > 0),
});

/** By the text alone: an earlier statement gave the table a CHECK, or validated one, and why else before an ATTACH. */
function wasChecked(child: RelationHandle, context: RuleContext): boolean {
  for (let { previous } = context; previous !== null; previous = previous.context.previous) {
    const { node } = previous.statement;
    if (!('AlterTableStmt' in node) || context.relation(node.AlterTableStmt.relation ?? {})?.name !== child.name)
      continue;
    const proves = alterCommands(node.AlterTableStmt).some(
      (command) =>
        command.subtype === 'AT_ValidateConstraint' ||
        (constraintOf(command)?.contype === 'CONSTR_CHECK' && constraintOf(command)?.skip_validation !== true),
    );
    if (proves) return true;
  }
  return false;
}

interface Attachment {
  readonly parent: RelationHandle;
  readonly child: RelationHandle;
  readonly bound: PartitionBoundSpec;
}

function attachProved(sql: string, { parent, child, bound }: Attachment): string | null {
  const text = boundText(sql, bound);
  const condition = boundCondition(sql, parent, bound);
  if (text === null || condition === null) return null;
  const name = bareName(siblingName(child.name, '_bound'));
  return [
    '-- outside of a transaction, so that each statement commits by itself',
    `ALTER TABLE ${child.name} ADD CONSTRAINT ${name} CHECK (${condition.within}) NOT VALID;`,
    `ALTER TABLE ${child.name} VALIDATE CONSTRAINT ${name};`,
    `ALTER TABLE ${parent.name} ATTACH PARTITION ${child.name} ${text};`,
    `ALTER TABLE ${child.name} DROP CONSTRAINT ${name};`,
  ].join('\n');
}
