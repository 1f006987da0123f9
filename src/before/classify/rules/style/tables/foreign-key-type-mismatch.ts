import type { Constraint } from '@pgsql/types';
import { quoteIdentifier } from '../../../../../foundation/sql/quote-identifier.js';
import type { SchemaRelation } from '../../../../../model/schema.js';
import { constraintOf } from '../../../alter-commands.js';
import { type Hit, defineRule } from '../../../rule.js';
import type { RuleContext } from '../../../rule-context.js';
import { alterations } from '../../../subjects/alterations.js';
import { keyColumns } from '../../../subjects/new-columns.js';

export default defineRule({
  id: 'foreign-key-type-mismatch',
  title: 'A foreign key between columns of different types',
  why: 'Values of one side do not fit the other, each check converts, and some pairs cannot use the index.',
  instead: 'Give the referencing column the type of the key.',
  sources: ['https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK'],
  concern: 'style',
  severity: 'warning',
  scope: 'statement',
  on: ['AlterTableStmt'],
  alters: ['AT_AddConstraint'],
  needsSchema: true,
  example: {
    setup:
      'CREATE TABLE orders (id bigint PRIMARY KEY); INSERT INTO orders VALUES (3000000000); CREATE TABLE items (order_id int, parent bigint);',
    unsafe: `ALTER TABLE items ADD CONSTRAINT items_order FOREIGN KEY (order_id) REFERENCES orders NOT VALID;
INSERT INTO items (order_id) SELECT id FROM orders;`,
    safe: `ALTER TABLE items ADD CONSTRAINT items_order FOREIGN KEY (parent) REFERENCES orders NOT VALID;
INSERT INTO items (parent) SELECT id FROM orders;`,
  },
  predict: (statement, context) =>
    alterations(statement, context, ['AT_AddConstraint']).flatMap(({ relation, command }) => {
      const constraint = constraintOf(command);
      if (constraint?.contype !== 'CONSTR_FOREIGN' || relation.facts === null) return [];
      return judge(relation.facts, constraint, context);
    }),
  observe: ({ trace }) => trace.statements.some(({ error }) => error?.code === '22003'),
});

function judge(table: SchemaRelation, constraint: Constraint, context: RuleContext): readonly Hit[] {
  const referenced = constraint.pktable === undefined ? null : (context.relation(constraint.pktable)?.facts ?? null);
  if (referenced === null || context.graph === null) return [];
  const named = keyColumns(constraint.pk_attrs);
  const primary = context.graph.constraints(referenced.oid).find(({ kind }) => kind === 'primary key');
  const keys = named.length > 0 ? named : (primary?.columns ?? []);
  return keyColumns(constraint.fk_attrs).flatMap((name, position) => {
    const column = table.columns.find((one) => one.name === name);
    const key = referenced.columns.find((one) => one.name === keys[position]);
    if (column === undefined || key === undefined || column.type === key.type) return [];
    return [
      {
        message: `${quoteIdentifier(name)} of ${table.name} is ${column.typeText}, the key of ${referenced.name} is ${key.typeText}.`,
        relation: table.name,
      },
    ];
  });
}
