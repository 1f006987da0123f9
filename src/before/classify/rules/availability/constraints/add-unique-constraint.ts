import type { AlterTableCmd, Constraint } from '@pgsql/types';
import { columnConstraints, columnOf, constraintOf } from '../../../alter-commands.js';
import type { JudgedStatement } from '../../../judged-statement.js';
import { defineRule } from '../../../rule.js';
import { type AlteredTable, alteredTable, scansExisting } from '../altered-table.js';
import { type AlterSource, alterSource, withClauses } from '../safe-sql/alter-source.js';
import { columnSource, withConstraints } from '../safe-sql/column-source.js';
import { keyThroughIndex } from '../safe-sql/key-through-index.js';
import { columnNames } from '../safe-sql/names.js';
import { inSteps } from '../safe-sql/steps.js';
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
  example: {
    setup: 'CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL);',
    unsafe: 'ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE (email);',
    safe: `CREATE UNIQUE INDEX CONCURRENTLY users_email_key ON users (email);
ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE USING INDEX users_email_key;`,
  },
  predict: (statement, context) => {
    const altered = alteredTable(statement, context);
    if (altered === null || scansExisting(statement, context) === null) return [];
    const found = altered.commands.findIndex((command) => uniqueOf(command) !== null);
    if (found < 0) return [];
    const name = altered.table.name;
    return [
      {
        message: `Nobody reads or writes ${name} until all of it is read and the unique index is built.`,
        relation: name,
        instead: instead(statement, altered),
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

/** A partitioned table takes no index that is there, and keys over periods have no such form. */
function instead(statement: JudgedStatement, altered: AlteredTable): string | undefined {
  const source = alterSource(statement, altered.alter);
  const keys = altered.commands.flatMap((command) => uniqueOf(command) ?? []);
  const impossible = altered.table.kind === 'partitioned table' || keys.some((key) => key.without_overlaps === true);
  if (source === null || impossible) return undefined;
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
