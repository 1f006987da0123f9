import type { AlterTableCmd, Constraint } from '@pgsql/types';
import { columnConstraints, columnOf, constraintOf } from '../../../alter-commands.js';
import type { JudgedStatement } from '../../../judged-statement.js';
import { defineRule } from '../../../rule.js';
import type { RuleContext } from '../../../rule-context.js';
import { type AlteredTable, alteredTable, scansExisting } from '../altered-table.js';
import { type AlterSource, alterSource, withClauses } from '../safe-sql/alter-source.js';
import { columnSource, withConstraints } from '../safe-sql/column-source.js';
import { keyThroughIndex } from '../safe-sql/key-through-index.js';
import { columnNames } from '../safe-sql/names.js';
import { inItsOwnTransaction, inSteps } from '../safe-sql/steps.js';
import { isAdopted, leavesOf } from './adopted-keys.js';
import { buildsIndexExclusively } from './observed.js';

export default defineRule({
  id: 'add-unique-constraint',
  title: 'ADD UNIQUE builds its index while nobody can read or write the table',
  why: 'ALTER TABLE holds an ACCESS EXCLUSIVE lock while it reads the whole table and sorts it into the index of the constraint.',
  instead: 'Build a unique index CONCURRENTLY, then add the constraint USING INDEX, which takes a moment.',
  sources: [
    'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ADD-TABLE-CONSTRAINT-USING-INDEX',
  ],
  concern: 'availability',
  severity: 'error',
  scope: 'statement',
  on: ['AlterTableStmt'],
  alters: ['AT_AddConstraint', 'AT_AddColumn'],
  example: {
    setup: 'CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL);',
    unsafe: 'ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE (email);',
    safe: `CREATE UNIQUE INDEX CONCURRENTLY users_email_key ON users (email);
ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE USING INDEX users_email_key;`,
  },
  predict: (statement, context) => {
    const altered = alteredTable(statement, context);
    if (altered === null || scansExisting(statement, context) === null) return [];
    const built = altered.commands
      .flatMap((command) => uniqueOf(command) ?? [])
      .filter((key) => !isAdoptedKey(key, altered, context));
    if (built.length === 0) return [];
    const name = altered.table.name;
    return [
      {
        message: `Nobody reads or writes ${name} until all of it is read and the unique index is built.`,
        relation: name,
        instead: instead(statement, altered, context),
      },
    ];
  },
  observe: buildsIndexExclusively,
});

/** UNIQUE beside a column or by itself, unless it takes an index that is there. */
function uniqueOf(command: AlterTableCmd): Constraint | null {
  const constraint = command.subtype === 'AT_AddConstraint' ? constraintOf(command) : null;
  if (constraint?.contype === 'CONSTR_UNIQUE' && constraint.indexname === undefined) return constraint;
  const column = command.subtype === 'AT_AddColumn' ? columnOf(command) : null;
  return column === null
    ? null
    : (columnConstraints(column).find(({ contype }) => contype === 'CONSTR_UNIQUE') ?? null);
}

function isAdoptedKey({ keys }: Constraint, altered: AlteredTable, context: RuleContext): boolean {
  return isAdopted(altered, { kind: 'unique', columns: columnNames(keys), referenced: null }, context);
}

/** Keys over periods have no such form. */
function instead(statement: JudgedStatement, altered: AlteredTable, context: RuleContext): string | undefined {
  const source = alterSource(statement, altered.alter);
  const keys = altered.commands.flatMap((command) => uniqueOf(command) ?? []);
  if (source === null || keys.some((key) => key.without_overlaps === true)) return undefined;
  if (altered.table.kind === 'partitioned table') return onPartitions(source, altered, context);
  const parts = altered.commands.flatMap((command, index) => {
    const constraint = uniqueOf(command);
    return constraint === null ? [] : [partOf(source, { command, index, constraint })];
  });
  return inSteps(
    withClauses(source, new Map(parts.map(({ index, rest }) => [index, rest]))),
    ...parts.flatMap(({ constraint, columns, text }) =>
      keyThroughIndex({ relation: altered.relation, constraint, columns, text }),
    ),
  );
}

/** A partitioned table takes no index that is there, but it takes over the constraints of its partitions. */
function onPartitions(source: AlterSource, altered: AlteredTable, context: RuleContext): string | undefined {
  const [command] = altered.commands;
  const constraint = command === undefined ? null : constraintOf(command);
  if (constraint === null || altered.commands.length > 1) return undefined;
  const columns = columnNames(constraint.keys);
  const text = source.clauses[0] ?? '';
  const ofLeaves = leavesOf(altered, context).flatMap(({ schema, relname }) => {
    const relation = { schemaname: schema, relname };
    return keyThroughIndex({ relation, constraint: { ...constraint, conname: undefined }, columns, text });
  });
  return inSteps(...ofLeaves, inItsOwnTransaction, `${source.sql};`);
}

interface Place {
  readonly command: AlterTableCmd;
  readonly index: number;
  readonly constraint: Constraint;
}

/** What the constraint says, and what is left of its clause without it. */
function partOf(source: AlterSource, { command, index, constraint }: Place) {
  const text = source.clauses[index] ?? '';
  const column = columnOf(command);
  if (column === null) return { index, constraint, columns: columnNames(constraint.keys), text, rest: null };
  const words = columnSource(source.sql, column, { text, start: source.starts[index] ?? 0 });
  return {
    index,
    constraint,
    columns: [column.colname ?? ''],
    text: words.constraints.get(constraint) ?? '',
    rest: withConstraints(words, (one) => one !== constraint),
  };
}
