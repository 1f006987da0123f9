import type { AlterTableCmd, DropStmt, Node } from '@pgsql/types';
import { droppedObjects } from '../../../../../foundation/effects/definition/dropped-objects.js';
import type { ObjectAddress } from '../../../../../model/schema.js';
import { alterCommands } from '../../../alter-commands.js';
import { type Hit, defineRule } from '../../../rule.js';
import type { RuleContext } from '../../../rule-context.js';
import { describeCascade } from '../../../subjects/cascade.js';

export default defineRule({
  id: 'drop-cascade',
  title: 'CASCADE drops what nobody named',
  why: 'Views, foreign keys, defaults, functions and columns of other tables go along; the script does not say which.',
  instead:
    'Drop the dependents by name first, then the object itself without CASCADE: what was overlooked is an error.',
  sources: ['https://www.postgresql.org/docs/current/ddl-depend.html'],
  concern: 'data',
  severity: 'error',
  scope: 'statement',
  on: ['DropStmt', 'AlterTableStmt', 'DropOwnedStmt'],
  alters: ['AT_DropColumn', 'AT_DropConstraint'],
  example: {
    setup: `CREATE TABLE orders (id bigint PRIMARY KEY, total numeric);
CREATE VIEW totals AS SELECT sum(total) FROM orders;`,
    unsafe: 'DROP TABLE orders CASCADE;',
    safe: 'DROP VIEW totals; DROP TABLE orders;',
  },
  predict: ({ node, effects }, context) => {
    const targets = cascadingTargets(node, context);
    if (targets === null) return [];
    const touched = effects.locks.filter(({ created }) => created !== true);
    // What the migration made itself may be dropped with all that hangs on it.
    if (touched.length > 0 && !touched.some(({ relation }) => context.existing(relation))) return [];
    return context.graph === null ? [byText(node)] : bySchema(targets, context);
  },
  observe: ({ trace }) =>
    trace.statements.some(({ notices }) => notices.some(({ message }) => message.includes('cascades to'))),
});

function byText(node: Node): Hit {
  const drops = 'DropStmt' in node ? 'this DROP' : 'DropOwnedStmt' in node ? 'DROP OWNED' : 'this ALTER TABLE';
  return { message: `Whatever depends on what ${drops} names goes along.`, certainty: 'possible', severity: 'warning' };
}

function bySchema(targets: readonly ObjectAddress[], context: RuleContext): readonly Hit[] {
  const along = context.graph === null ? [] : describeCascade(targets, context.graph);
  if (along.length === 0) return [];
  const listed = along.slice(0, 20).join(', ');
  const more = along.length > 20 ? ` and ${along.length - 20} more` : '';
  return [{ message: `CASCADE takes along: ${listed}${more}.` }];
}

/** What a statement with CASCADE names; null when it has none. By the text alone, and for roles, nothing is found. */
function cascadingTargets(node: Node, context: RuleContext): readonly ObjectAddress[] | null {
  if ('DropStmt' in node) return node.DropStmt.behavior === 'DROP_CASCADE' ? ofDrop(node.DropStmt, context) : null;
  if ('DropOwnedStmt' in node) return node.DropOwnedStmt.behavior === 'DROP_CASCADE' ? [] : null;
  if (!('AlterTableStmt' in node)) return null;
  const commands = alterCommands(node.AlterTableStmt).filter(
    ({ subtype, behavior }) =>
      behavior === 'DROP_CASCADE' && (subtype === 'AT_DropColumn' || subtype === 'AT_DropConstraint'),
  );
  const relation = node.AlterTableStmt.relation;
  const table = relation === undefined ? null : context.relation(relation);
  if (commands.length === 0 || table === null) return null;
  return commands.flatMap((command) => (table.facts === null ? [] : ofCommand(command, table.facts.oid, context)));
}

function ofDrop(drop: DropStmt, context: RuleContext): readonly ObjectAddress[] {
  return context.graph === null ? [] : droppedObjects(drop, context, context.graph);
}

function ofCommand({ subtype, name }: AlterTableCmd, table: string, { graph }: RuleContext): readonly ObjectAddress[] {
  if (subtype === 'AT_DropConstraint') {
    const constraint = graph?.constraints(table).find((one) => one.name === name);
    return constraint === undefined ? [] : [{ catalog: 'pg_constraint', oid: constraint.oid, column: 0 }];
  }
  const column = graph?.relation(table)?.columns.find((one) => one.name === name);
  return column === undefined ? [] : [{ catalog: 'pg_class', oid: table, column: column.number }];
}
