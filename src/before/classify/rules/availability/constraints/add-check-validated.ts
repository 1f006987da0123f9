import type { AlterTableCmd, Constraint } from '@pgsql/types';
import { isColumnConstraintEnforced } from '../../../../../foundation/effects/alter/added-column.js';
import { quoteIdentifier } from '../../../../../foundation/sql/quote-identifier.js';
import { columnConstraints, columnOf, constraintOf } from '../../../alter-commands.js';
import type { JudgedStatement } from '../../../judged-statement.js';
import { defineRule } from '../../../rule.js';
import { type AlteredTable, alteredTable, scansExisting } from '../altered-table.js';
import { type AlterSource, alterSource, withClauses } from '../safe-sql/alter-source.js';
import { columnSource, withConstraints } from '../safe-sql/column-source.js';
import { madeUpName, relationText } from '../safe-sql/names.js';
import { inItsOwnTransaction, inSteps } from '../safe-sql/steps.js';
import { validateLater } from '../safe-sql/validate-later.js';
import { scansUnder } from './observed.js';

export default defineRule({
  id: 'add-check-validated',
  title: 'ADD CHECK reads the whole table while nobody can read or write it',
  why: 'Every row is checked under an ACCESS EXCLUSIVE lock.',
  instead:
    'Add the constraint NOT VALID, and VALIDATE it in another transaction: that lets the table be read and written.',
  sources: ['https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ADD-TABLE-CONSTRAINT'],
  concern: 'availability',
  severity: 'error',
  scope: 'statement',
  on: ['AlterTableStmt'],
  alters: ['AT_AddConstraint', 'AT_AddColumn'],
  example: {
    setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, total numeric);',
    unsafe: 'ALTER TABLE orders ADD CHECK (total >= 0);',
    safe: `ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT orders_total_check;`,
  },
  predict: (statement, context) => {
    const altered = alteredTable(statement, context);
    if (altered === null || scansExisting(statement, context) === null) return [];
    if (!altered.commands.some((command) => isCheckedNow(command) || checksOfColumn(command).length > 0)) return [];
    const { name } = altered.table;
    return [
      {
        message: `Nobody reads or writes ${name} while every row of it is checked.`,
        relation: name,
        instead: instead(statement, altered),
      },
    ];
  },
  observe: scansUnder('AccessExclusiveLock'),
});

function isCheck({ contype, skip_validation, is_enforced: enforced }: Constraint): boolean {
  return contype === 'CONSTR_CHECK' && skip_validation !== true && enforced !== false;
}

function isCheckedNow(command: AlterTableCmd): boolean {
  const constraint = command.subtype === 'AT_AddConstraint' ? constraintOf(command) : null;
  return constraint !== null && isCheck(constraint);
}

function checksOfColumn(command: AlterTableCmd): readonly Constraint[] {
  const column = command.subtype === 'AT_AddColumn' ? columnOf(command) : null;
  const constraints = column === null ? [] : columnConstraints(column);
  return constraints.filter((one) => isCheck(one) && isColumnConstraintEnforced(one, constraints));
}

function instead(statement: JudgedStatement, altered: AlteredTable): string | undefined {
  const source = alterSource(statement, altered.alter);
  if (source === null) return undefined;
  const withColumns = altered.commands.some((command) => checksOfColumn(command).length > 0);
  if (!withColumns) return validateLater(source, altered, isCheck);
  return altered.commands.some(isCheckedNow) ? undefined : afterwards(source, altered);
}

/** A check that stands with a new column is added after it. */
function afterwards(source: AlterSource, { commands, relation }: AlteredTable): string {
  const table = relationText(relation);
  const changes = new Map<number, string>();
  const steps: string[] = [];
  const validations: string[] = [];
  for (const [index, command] of commands.entries()) {
    const column = columnOf(command);
    const checks = checksOfColumn(command);
    if (column === null || checks.length === 0) continue;
    const part = { text: source.clauses[index] ?? '', start: source.starts[index] ?? 0 };
    const words = columnSource(source.sql, column, part);
    changes.set(
      index,
      withConstraints(words, (one) => !checks.includes(one)),
    );
    for (const [at, check] of checks.entries()) {
      const suffix = at === 0 ? 'check' : `check${at}`;
      const name = quoteIdentifier(check.conname ?? madeUpName(relation.relname ?? '', [column.colname ?? ''], suffix));
      const text = (words.constraints.get(check) ?? '').replace(/^constraint\s+(?:"(?:[^"]|"")*"|\S+)\s+/i, '');
      steps.push(`ALTER TABLE ${table} ADD CONSTRAINT ${name} ${text} NOT VALID;`);
      validations.push(`ALTER TABLE ${table} VALIDATE CONSTRAINT ${name};`);
    }
  }
  return inSteps(withClauses(source, changes), ...steps, inItsOwnTransaction, ...validations);
}
