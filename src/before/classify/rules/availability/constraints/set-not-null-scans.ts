import type { AlterTableCmd } from '@pgsql/types';
import { provesNotNull } from '../../../../../foundation/effects/alter/prove-not-null.js';
import { alterCommands, constraintOf } from '../../../alter-commands.js';
import type { JudgedStatement } from '../../../judged-statement.js';
import { defineRule } from '../../../rule.js';
import type { RuleContext } from '../../../rule-context.js';
import { type AlteredTable, alteredTable, scansExisting } from '../altered-table.js';
import { earlierStatements } from '../other-statements.js';
import { alterSource, withClauses } from '../safe-sql/alter-source.js';
import { columnNames } from '../safe-sql/names.js';
import { inSteps, notNullSteps } from '../safe-sql/steps.js';
import { needsScanForNulls } from './nullable-columns.js';
import { scansUnder } from './observed.js';

export default defineRule({
  id: 'set-not-null-scans',
  title: 'SET NOT NULL reads the whole table while nobody can read or write it',
  why: 'Every row is looked at under an ACCESS EXCLUSIVE lock, unless a valid CHECK (column IS NOT NULL) says already that there is no null.',
  instead:
    'Add CHECK (column IS NOT NULL) NOT VALID, VALIDATE it in a second transaction, then SET NOT NULL and drop the CHECK; since PostgreSQL 18 NOT NULL itself can be NOT VALID.',
  sources: ['https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-DROP-NOT-NULL'],
  concern: 'availability',
  severity: 'error',
  scope: 'statement',
  on: ['AlterTableStmt'],
  alters: ['AT_SetNotNull', 'AT_AddConstraint'],
  example: {
    setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint);',
    unsafe: 'ALTER TABLE orders ALTER COLUMN customer_id SET NOT NULL;',
    safe: `ALTER TABLE orders ADD CONSTRAINT has_customer CHECK (customer_id IS NOT NULL) NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT has_customer;
ALTER TABLE orders ALTER COLUMN customer_id SET NOT NULL;
ALTER TABLE orders DROP CONSTRAINT has_customer;`,
  },
  predict: (statement, context) => {
    const altered = alteredTable(statement, context);
    if (altered === null || scansExisting(statement, context) === null) return [];
    const columns = altered.commands
      .flatMap((command) => columnMadeNotNull(command) ?? [])
      .filter(
        (column) => needsScanForNulls(column, altered, context) && !isProved(column, { statement, altered }, context),
      );
    if (columns.length === 0) return [];
    const { name } = altered.table;
    return [
      {
        message: `Nobody reads or writes ${name} while all of it is read for nulls in ${columns.join(', ')}.`,
        relation: name,
        certainty: context.graph === null ? 'possible' : 'certain',
        instead: instead(statement, { altered, columns }, context),
      },
    ];
  },
  observe: scansUnder('AccessExclusiveLock'),
});

function columnMadeNotNull(command: AlterTableCmd): string | null {
  if (command.subtype === 'AT_SetNotNull') return command.name ?? null;
  const constraint = command.subtype === 'AT_AddConstraint' ? constraintOf(command) : null;
  if (constraint?.contype !== 'CONSTR_NOTNULL' || constraint.skip_validation === true) return null;
  return columnNames(constraint.keys)[0] ?? null;
}

interface Setting {
  readonly statement: JudgedStatement;
  readonly altered: AlteredTable;
}

/**
 * By the text alone: whether the migration has validated a CHECK that spares the scan. Of a constraint that another
 * migration has added only the name is known; then that is what it was validated for.
 */
function isProved(column: string, { statement, altered }: Setting, context: RuleContext): boolean {
  if (context.graph !== null) return false;
  const before = earlierStatements(statement, context)
    .flatMap(({ node }) => ('AlterTableStmt' in node ? [node.AlterTableStmt] : []))
    .filter(({ relation }) => relation?.relname === altered.relation.relname)
    .flatMap(alterCommands);
  const added = before.flatMap((command) => constraintOf(command) ?? []);
  return before
    .filter(({ subtype }) => subtype === 'AT_ValidateConstraint')
    .some(({ name }) => {
      const constraint = added.find(({ conname }) => conname === name);
      if (constraint?.contype === 'CONSTR_NOTNULL') return columnNames(constraint.keys).includes(column);
      return constraint === undefined || provesNotNull(constraint.raw_expr ?? null, column);
    });
}

function instead(
  statement: JudgedStatement,
  { altered, columns }: { readonly altered: AlteredTable; readonly columns: readonly string[] },
  { major }: RuleContext,
): string | undefined {
  const source = alterSource(statement, altered.alter);
  if (source === null) return undefined;
  const changes = altered.commands.flatMap((command, index) =>
    columns.includes(columnMadeNotNull(command) ?? '') ? [[index, null] as const] : [],
  );
  return inSteps(
    withClauses(source, new Map(changes)),
    ...columns.flatMap((column) => notNullSteps({ relation: altered.relation, column }, major)),
  );
}
