import type { SchemaConstraint } from '../../../../../model/schema.js';
import { quoteIdentifier } from '../../../../../foundation/sql/quote-identifier.js';
import type { JudgedStatement } from '../../../judged-statement.js';
import { defineRule } from '../../../rule.js';
import type { RuleContext } from '../../../rule-context.js';
import { type AlteredTable, alteredTable, rewritesExisting, scansExisting } from '../altered-table.js';
import { scansUnder } from '../constraints/observed.js';
import { type AlterSource, alterSource } from '../safe-sql/alter-source.js';
import { relationText } from '../safe-sql/names.js';
import { inItsOwnTransaction, inSteps } from '../safe-sql/steps.js';
import { typedColumns } from './typed-columns.js';

export default defineRule({
  id: 'type-change-rechecks',
  title: 'A type change that rewrites nothing still reads the whole table',
  why: 'The rows stay, but each CHECK that names the column is checked again, and indexes with an expression, a predicate or another order are built again, under an ACCESS EXCLUSIVE lock.',
  instead:
    'Drop the constraint with the type change and add it NOT VALID again, then VALIDATE it in another transaction.',
  sources: ['https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES'],
  concern: 'availability',
  severity: 'error',
  needsSchema: true,
  scope: 'statement',
  on: ['AlterTableStmt'],
  alters: ['AT_AlterColumnType'],
  example: {
    setup: "CREATE TABLE users (id bigint PRIMARY KEY, name varchar(20) CONSTRAINT named CHECK (name <> ''));",
    unsafe: 'ALTER TABLE users ALTER COLUMN name TYPE varchar(40);',
    safe: `ALTER TABLE users DROP CONSTRAINT named, ALTER COLUMN name TYPE varchar(40), ADD CONSTRAINT named CHECK (name <> '') NOT VALID;
ALTER TABLE users VALIDATE CONSTRAINT named;`,
  },
  predict: (statement, context) => {
    const altered = alteredTable(statement, context);
    if (altered === null || rewritesExisting(statement, context) !== null) return [];
    const columns = typedColumns(altered).map(({ name }) => name);
    const certainty = scansExisting(statement, context);
    // Other sub-commands that read rows have rules of their own.
    const onlyTypes = altered.commands.every(({ subtype }) => subtype === 'AT_AlterColumnType');
    if (columns.length === 0 || certainty === null || !onlyTypes) return [];
    const { name } = altered.table;
    return [
      {
        message: `Nobody reads or writes ${name} while all of it is read for what hangs on ${columns.map(quoteIdentifier).join(', ')}.`,
        relation: name,
        certainty,
        instead: instead(statement, { altered, columns }, context),
      },
    ];
  },
  observe: scansUnder('AccessExclusiveLock'),
});

interface Change {
  readonly altered: AlteredTable;
  readonly columns: readonly string[];
}

/** For checks alone: there is no such way for an index that has to be built again. */
function instead(statement: JudgedStatement, change: Change, { graph }: RuleContext): string | undefined {
  const { altered, columns } = change;
  const source = alterSource(statement, altered.alter);
  if (source === null || graph === null || altered.table.facts === null) return undefined;
  const named = (list: readonly (string | null)[]): boolean => columns.some((column) => list.includes(column));
  const checks = graph
    .constraints(altered.table.facts.oid)
    .filter((one) => one.kind === 'check' && one.validated && named(one.columns));
  const rebuilt = graph
    .indexes(altered.table.facts.oid)
    .flatMap(({ index }) => index ?? [])
    .some(
      (index) =>
        named(index.usedColumns) || (named(index.keys) && (index.predicate !== null || index.keys.includes(null))),
    );
  return rebuilt || checks.length === 0 ? undefined : checkLater(source, checks, altered);
}

function checkLater(source: AlterSource, checks: readonly SchemaConstraint[], { relation }: AlteredTable): string {
  const names = checks.map(({ name }) => quoteIdentifier(name));
  const clauses = [
    ...names.map((name) => `DROP CONSTRAINT ${name}`),
    ...source.clauses,
    ...checks.map(({ definition }, index) => `ADD CONSTRAINT ${names[index] ?? ''} ${definition} NOT VALID`),
  ];
  return inSteps(
    `${source.head} ${clauses.join(', ')};`,
    inItsOwnTransaction,
    ...names.map((name) => `ALTER TABLE ${relationText(relation)} VALIDATE CONSTRAINT ${name};`),
  );
}
