import type { CreateStmt, Node, RangeVar } from '@pgsql/types';
import { newRelation } from '../../../../../foundation/effects/effect-context.js';
import { alterCommands, columnConstraints, constraintOf } from '../../../alter-commands.js';
import type { JudgedStatement } from '../../../judged-statement.js';
import { defineRule } from '../../../rule.js';
import type { RuleContext } from '../../../rule-context.js';
import { laterNodes } from '../../../subjects/neighbours.js';

export default defineRule({
  id: 'missing-primary-key',
  title: 'A table without a primary key',
  why: 'Its rows cannot be told apart: once it is published UPDATE and DELETE fail, and tools that work in batches or compare copies have nothing to go by.',
  instead: 'id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, or the columns that tell rows apart.',
  sources: [
    'https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-PRIMARY-KEYS',
    'https://www.postgresql.org/docs/current/logical-replication-publication.html#LOGICAL-REPLICATION-PUBLICATION-REPLICA-IDENTITY',
  ],
  concern: 'style',
  severity: 'warning',
  scope: 'statement',
  on: ['CreateStmt'],
  example: {
    setup: 'DROP PUBLICATION IF EXISTS notes_feed;',
    unsafe: `CREATE TABLE notes (id bigint UNIQUE, body text); INSERT INTO notes VALUES (1, 'a');
CREATE PUBLICATION notes_feed FOR TABLE notes; UPDATE notes SET body = 'b' WHERE id = 1;`,
    safe: `CREATE TABLE notes (id bigint PRIMARY KEY, body text); INSERT INTO notes VALUES (1, 'a');
CREATE PUBLICATION notes_feed FOR TABLE notes; UPDATE notes SET body = 'b' WHERE id = 1;`,
  },
  predict: (statement, context) => {
    const { node } = statement;
    if (!('CreateStmt' in node) || !needsKey(node.CreateStmt) || definesKey(node.CreateStmt)) return [];
    const { relation } = node.CreateStmt;
    if (relation === undefined || getsKey(relation, statement, context)) return [];
    const table = newRelation(relation, context, 'table').name;
    return [{ message: `${table} has no primary key.`, relation: table }];
  },
  observe: ({ trace }) => trace.statements.some(({ error }) => error?.code === '55000'),
});

/** Partitions have their parent's key, and copies with LIKE may have their model's; temporary tables need none. */
function needsKey({ relation, partbound, inhRelations, ofTypename, tableElts }: CreateStmt): boolean {
  const inherits = partbound !== undefined || (inhRelations ?? []).length > 0 || ofTypename !== undefined;
  const copies = (tableElts ?? []).some((item) => 'TableLikeClause' in item);
  return relation?.relpersistence !== 't' && !inherits && !copies;
}

function definesKey({ tableElts }: CreateStmt): boolean {
  return (tableElts ?? []).some((item) => {
    if ('Constraint' in item) return item.Constraint.contype === 'CONSTR_PRIMARY';
    return 'ColumnDef' in item && columnConstraints(item.ColumnDef).some(({ contype }) => contype === 'CONSTR_PRIMARY');
  });
}

function getsKey({ relname }: RangeVar, statement: JudgedStatement, context: RuleContext): boolean {
  return laterNodes(statement, context).some((node: Node) => {
    if (!('AlterTableStmt' in node) || node.AlterTableStmt.relation?.relname !== relname) return false;
    return alterCommands(node.AlterTableStmt).some((command) => constraintOf(command)?.contype === 'CONSTR_PRIMARY');
  });
}
