import { alterCommands } from '../../../alter-commands.js';
import { isGuarded, withLockTimeout } from '../../../locks/lock-guard.js';
import { queuedWithoutLimit } from '../../../locks/observed-locks.js';
import { defineRule } from '../../../rule.js';
import type { RelationHandle } from '../../../../../foundation/effects/effect-context.js';
import type { RuleContext } from '../../../rule-context.js';

export default defineRule({
  id: 'drop-foreign-key',
  title: 'Dropping a foreign key stops reads and writes of both its tables, and queues without a limit',
  why: 'The triggers that keep it stand on both tables, so both are locked ACCESS EXCLUSIVE until the transaction ends; every later query waits behind.',
  instead: 'Set a short lock_timeout, commit at once, and repeat after a pause when it gives up.',
  sources: [
    'https://www.postgresql.org/docs/current/sql-altertable.html',
    'https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES',
  ],
  concern: 'availability',
  severity: 'warning',
  scope: 'statement',
  on: ['AlterTableStmt'],
  alters: ['AT_DropConstraint'],
  example: {
    setup: `CREATE TABLE customers (id bigint PRIMARY KEY);
CREATE TABLE orders (customer_id bigint CONSTRAINT orders_customer_fkey REFERENCES customers (id));`,
    unsafe: 'ALTER TABLE orders DROP CONSTRAINT orders_customer_fkey;',
    safe: `SET lock_timeout = '2s';
ALTER TABLE orders DROP CONSTRAINT orders_customer_fkey;`,
  },
  predict: ({ node, statement }, context) => {
    if (!('AlterTableStmt' in node) || isGuarded(context)) return [];
    const table = context.relation(node.AlterTableStmt.relation ?? {});
    if (table === null || !context.existing(table.name)) return [];
    const dropped = alterCommands(node.AlterTableStmt).filter(({ subtype }) => subtype === 'AT_DropConstraint');
    return dropped.flatMap(({ name = '' }) => {
      const other = otherEnd(table, name, context);
      if (other === null) return [];
      return [
        {
          message: `Reads and writes of ${table.name} and of ${other} wait until the foreign key is dropped, and for every long query that this queues behind.`,
          relation: table.name,
          instead: withLockTimeout(statement.sql),
          ...(context.graph === null ? { certainty: 'possible' as const } : {}),
        },
      ];
    });
  },
  observe: ({ trace }) => queuedWithoutLimit(trace, /\bdrop\s+constraint\b/i),
});

/** The referenced table; without a schema only the constraint's name tells that it is a foreign key. Null: it is none. */
function otherEnd(table: RelationHandle, constraint: string, { graph }: RuleContext): string | null {
  if (graph === null || table.facts === null) {
    return /fk|foreign/i.test(constraint) ? 'the table that it refers to' : null;
  }
  const key = graph
    .constraints(table.facts.oid)
    .find(({ kind, name }) => kind === 'foreign key' && name === constraint);
  return key?.referenced == null ? null : (graph.relation(key.referenced)?.name ?? null);
}
