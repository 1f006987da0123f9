import type { AlterTableCmd } from '@pgsql/types';
import { blockedTraffic } from '../../../../../model/locks.js';
import { columnConstraints, columnOf, constraintOf } from '../../../alter-commands.js';
import type { JudgedStatement } from '../../../judged-statement.js';
import { defineRule } from '../../../rule.js';
import type { RuleContext } from '../../../rule-context.js';
import { type AlteredTable, alteredTable } from '../altered-table.js';
import { alterSource } from '../safe-sql/alter-source.js';
import { inItsOwnTransaction, inSteps } from '../safe-sql/steps.js';

export default defineRule({
  id: 'several-foreign-keys',
  title: 'One transaction adds foreign keys between more than two tables',
  why: 'Each key stops writes to both its tables until the commit. Collected one after the other, such locks deadlock with transactions that write the same tables in another order.',
  instead: 'One key for each transaction, under a lock_timeout.',
  sources: ['https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-DEADLOCKS'],
  concern: 'availability',
  severity: 'warning',
  scope: 'statement',
  on: ['AlterTableStmt'],
  alters: ['AT_AddConstraint', 'AT_AddColumn'],
  example: {
    setup: `CREATE TABLE customers (id bigint PRIMARY KEY); CREATE TABLE products (id bigint PRIMARY KEY);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, product_id bigint);`,
    unsafe: `ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers NOT VALID;
ALTER TABLE orders ADD FOREIGN KEY (product_id) REFERENCES products NOT VALID;`,
    safe: `ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers NOT VALID;
ALTER TABLE orders ADD FOREIGN KEY (product_id) REFERENCES products NOT VALID;`,
    transaction: { unsafe: 'single' },
  },
  predict: (statement, context) => {
    const altered = alteredTable(statement, context);
    if (altered === null) return [];
    const keys = altered.commands.flatMap((command, index) => (addsForeignKey(command) ? [index] : []));
    if (keys.length === 0) return [];
    const held = new Set(blockedByLocks(context.held, context));
    const own = blockedByLocks(statement.effects.locks, context);
    const all = new Set([...held, ...own]);
    if (all.size < 3 || own.every((relation) => held.has(relation))) return [];
    return [
      {
        message: `With this key the transaction stops writes to ${all.size} tables at once: ${[...all].join(', ')}.`,
        relation: altered.table.name,
        instead: instead(statement, { altered, keys }),
      },
    ];
  },
  observe: ({ trace }) => {
    const together = trace.transaction.mode === 'single' ? [trace.statements] : trace.statements.map((one) => [one]);
    return together.some((statements) => {
      const locks = statements.flatMap((one) => one.locks);
      return (
        new Set(
          locks
            .filter(({ mode, created }) => created === undefined && stopsWrites(mode))
            .map(({ relation }) => relation),
        ).size > 2
      );
    });
  },
});

function addsForeignKey(command: AlterTableCmd): boolean {
  if (command.subtype === 'AT_AddConstraint') return constraintOf(command)?.contype === 'CONSTR_FOREIGN';
  const column = command.subtype === 'AT_AddColumn' ? columnOf(command) : null;
  return column !== null && columnConstraints(column).some(({ contype }) => contype === 'CONSTR_FOREIGN');
}

/** Partitions are locked with their table and do not count beside it. */
function blockedByLocks(locks: JudgedStatement['effects']['locks'], context: RuleContext): readonly string[] {
  return locks
    .filter(({ relation, mode, created }) => created !== true && stopsWrites(mode) && context.existing(relation))
    .filter(
      ({ kind, relation }) => kind.endsWith('table') && context.graph?.relationNamed(relation)?.isPartition !== true,
    )
    .map(({ relation }) => relation);
}

function stopsWrites(mode: Parameters<typeof blockedTraffic>[0]): boolean {
  return blockedTraffic(mode) !== 'none';
}

function instead(
  statement: JudgedStatement,
  { altered, keys }: { readonly altered: AlteredTable; readonly keys: readonly number[] },
): string | undefined {
  const source = alterSource(statement, altered.alter);
  if (source === null) return undefined;
  const others = source.clauses.filter((_, index) => !keys.includes(index));
  return inSteps(
    others.length === 0 ? null : `${source.head} ${others.join(', ')};`,
    ...keys.flatMap((index) => [inItsOwnTransaction, `${source.head} ${source.clauses[index] ?? ''};`]),
  );
}
