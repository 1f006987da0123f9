import type { Constraint, CreateStmt, Node, RangeVar } from '@pgsql/types';
import { quoteIdentifier } from '../../../../../foundation/sql/quote-identifier.js';
import { columnConstraints } from '../../../alter-commands.js';
import type { JudgedStatement } from '../../../judged-statement.js';
import { defineRule } from '../../../rule.js';
import type { RuleContext } from '../../../rule-context.js';
import { columnSource, withConstraints } from '../safe-sql/column-source.js';
import { type CreateSource, createSource } from '../safe-sql/create-source.js';
import { columnNames, madeUpName, relationText } from '../safe-sql/names.js';
import { inItsOwnTransaction, inSteps } from '../safe-sql/steps.js';
import { locksTable } from './observed.js';

export default defineRule({
  id: 'inline-references',
  title: 'A new table that REFERENCES another blocks writes to that one',
  why: 'CREATE TABLE takes a SHARE ROW EXCLUSIVE lock on each table that it refers to: it waits for every transaction that writes there, later writers wait behind it, and all of them until its own transaction ends.',
  instead: 'Create the table without the key, and add the key in a short transaction of its own under a lock_timeout.',
  sources: ['https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES'],
  concern: 'availability',
  severity: 'warning',
  scope: 'statement',
  on: ['CreateStmt'],
  example: {
    setup: 'CREATE TABLE customers (id bigint PRIMARY KEY);',
    unsafe: 'CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers (id));',
    safe: `CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL);
SET lock_timeout = '2s';
ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers (id);`,
  },
  predict: (statement, context) => {
    const { node, effects } = statement;
    if (!('CreateStmt' in node) || node.CreateStmt.partbound !== undefined) return [];
    const blocked = effects.locks.filter(
      ({ mode, created, relation }) =>
        mode === 'ShareRowExclusiveLock' && created !== true && context.existing(relation),
    );
    const [first] = blocked;
    if (first === undefined) return [];
    const brief = !statement.inTransaction && isBounded(context);
    return [
      {
        message: `Writes to ${blocked.map(({ relation }) => relation).join(' and ')} wait from here to the end of the transaction.`,
        ...(blocked.length === 1 ? { relation: first.relation } : {}),
        ...(brief ? { severity: 'info' as const } : {}),
        certainty: first.certainty,
        instead: instead(statement, node.CreateStmt),
      },
    ];
  },
  observe: ({ trace }) =>
    trace.statements.some(
      (statement) =>
        statement.locks.some(({ kind, created }) => kind === 'table' && created === true) &&
        locksTable(statement, 'ShareRowExclusiveLock'),
    ),
});

/** A lock that is asked for only briefly keeps nobody waiting for long. */
function isBounded(context: RuleContext): boolean {
  const limit = context.timeoutMs('lock_timeout');
  if (limit === null) return context.policy.runnerSetsTimeouts;
  return limit > 0 && limit <= context.policy.longestLockTimeoutMs;
}

interface Key {
  readonly constraint: Constraint;
  readonly columns: readonly string[];
  readonly text: string;
}

function instead(statement: JudgedStatement, create: CreateStmt): string | undefined {
  const source = createSource(statement, create);
  if (source === null || create.relation === undefined) return undefined;
  const parts = (create.tableElts ?? []).map((element, index) => takeApart(element, { source, index }));
  const elements = parts.flatMap(({ rest }) => rest ?? []);
  const { relation } = create;
  return inSteps(
    `${source.head}${elements.join(', ')}${source.tail};`,
    inItsOwnTransaction,
    "SET lock_timeout = '2s';",
    ...parts.flatMap(({ keys }) => keys).map((key) => addKey(key, relation)),
  );
}

/** The keys of one element of a table's list, and the element without them; null when nothing is left. */
function takeApart(
  element: Node,
  { source, index }: { readonly source: CreateSource; readonly index: number },
): { readonly keys: readonly Key[]; readonly rest: string | null } {
  const part = source.elements[index] ?? { text: '', start: 0 };
  if ('Constraint' in element && element.Constraint.contype === 'CONSTR_FOREIGN') {
    const text = withoutName(part.text);
    return {
      keys: [{ constraint: element.Constraint, columns: columnNames(element.Constraint.fk_attrs), text }],
      rest: null,
    };
  }
  if (!('ColumnDef' in element)) return { keys: [], rest: part.text };
  const column = element.ColumnDef;
  const foreign = columnConstraints(column).filter(({ contype }) => contype === 'CONSTR_FOREIGN');
  if (foreign.length === 0) return { keys: [], rest: part.text };
  const words = columnSource(source.sql, column, part);
  const name = column.colname ?? '';
  const keys = foreign.map((constraint) => {
    const text = withoutName(words.constraints.get(constraint) ?? '');
    return { constraint, columns: [name], text: `FOREIGN KEY (${quoteIdentifier(name)}) ${text}` };
  });
  return { keys, rest: withConstraints(words, (one) => !foreign.includes(one)) };
}

function withoutName(text: string): string {
  return text.replace(/^constraint\s+(?:"(?:[^"]|"")*"|\S+)\s+/i, '');
}

function addKey({ constraint, columns, text }: Key, relation: RangeVar): string {
  const name = constraint.conname ?? madeUpName(relation.relname ?? '', columns, 'fkey');
  return `ALTER TABLE ${relationText(relation)} ADD CONSTRAINT ${quoteIdentifier(name)} ${text};`;
}
