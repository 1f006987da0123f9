import { columnConstraints, columnOf, constraintOf } from '../../../alter-commands.js';
import type { JudgedStatement } from '../../../judged-statement.js';
import { defineRule } from '../../../rule.js';
import type { RuleContext } from '../../../rule-context.js';
import { type AlteredTable, alteredTable, scansExisting } from '../altered-table.js';
import { alterSource, withClauses } from '../safe-sql/alter-source.js';
import { keyThroughIndex } from '../safe-sql/key-through-index.js';
import { columnNames } from '../safe-sql/names.js';
import { inSteps, notNullSteps } from '../safe-sql/steps.js';
import { buildsIndexExclusively } from './observed.js';

export default defineRule({
  id: 'add-primary-key',
  title: 'ADD PRIMARY KEY builds its index while nobody can read or write the table',
  why: 'ALTER TABLE holds an ACCESS EXCLUSIVE lock while it looks for nulls in the whole table and builds the index.',
  instead:
    'Make the columns NOT NULL through a validated constraint, build a unique index CONCURRENTLY, then add the key USING INDEX.',
  sources: [
    'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ADD-TABLE-CONSTRAINT-USING-INDEX',
  ],
  concern: 'availability',
  severity: 'error',
  scope: 'statement',
  on: ['AlterTableStmt'],
  alters: ['AT_AddConstraint', 'AT_AddColumn'],
  example: {
    setup: 'CREATE TABLE visits (id bigint NOT NULL, seen_at timestamptz);',
    unsafe: 'ALTER TABLE visits ADD PRIMARY KEY (id);',
    safe: `CREATE UNIQUE INDEX CONCURRENTLY visits_pkey ON visits (id);
ALTER TABLE visits ADD CONSTRAINT visits_pkey PRIMARY KEY USING INDEX visits_pkey;`,
  },
  predict: (statement, context) => {
    const altered = alteredTable(statement, context);
    if (altered === null || scansExisting(statement, context) === null) return [];
    const keys = altered.commands.flatMap((command) => {
      const column = command.subtype === 'AT_AddColumn' ? columnOf(command) : null;
      const own = column === null ? [constraintOf(command)] : columnConstraints(column);
      return own.filter((one) => one?.contype === 'CONSTR_PRIMARY' && one.indexname === undefined);
    });
    if (keys.length === 0) return [];
    return [
      {
        message: `Nobody reads or writes ${altered.table.name} until all of it is read and the index of its key is built.`,
        relation: altered.table.name,
        instead: instead(statement, altered, context),
      },
    ];
  },
  observe: buildsIndexExclusively,
});

function instead(statement: JudgedStatement, altered: AlteredTable, context: RuleContext): string | undefined {
  const source = alterSource(statement, altered.alter);
  const index = altered.commands.findIndex((command) => constraintOf(command)?.contype === 'CONSTR_PRIMARY');
  const constraint = altered.commands[index] === undefined ? null : constraintOf(altered.commands[index]);
  if (source === null || constraint === null || constraint.without_overlaps === true) return undefined;
  if (altered.table.kind === 'partitioned table') return undefined;
  const columns = columnNames(constraint.keys);
  const between = columns
    .filter((column) => isNullable(column, altered))
    // By the text alone the column may be NOT NULL already: the way that older servers need works then, too.
    .flatMap((column) =>
      notNullSteps({ relation: altered.relation, column }, context.graph === null ? 0 : context.major),
    );
  const key: Parameters<typeof keyThroughIndex>[0] = {
    relation: altered.relation,
    constraint,
    columns,
    text: source.clauses[index] ?? '',
  };
  return inSteps(withClauses(source, new Map([[index, null]])), ...keyThroughIndex(key, between));
}

function isNullable(column: string, { table }: AlteredTable): boolean {
  return table.facts?.columns.find(({ name }) => name === column)?.notNull !== true;
}
