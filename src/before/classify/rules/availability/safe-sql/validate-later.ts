import type { Constraint } from '@pgsql/types';
import { quoteIdentifier } from '../../../../../foundation/sql/quote-identifier.js';
import { type AlteredTable } from '../altered-table.js';
import { constraintOf } from '../../../alter-commands.js';
import { type AlterSource, withClauses } from './alter-source.js';
import { columnNames, madeUpName, relationText } from './names.js';
import { inItsOwnTransaction, inSteps } from './steps.js';

/** The statement with these constraints NOT VALID, and their validation, which stops nobody, after it. */
export function validateLater(
  source: AlterSource,
  { commands, relation }: AlteredTable,
  isMeant: (constraint: Constraint) => boolean,
): string {
  const table = relationText(relation);
  const meant = commands.flatMap((command, index) => {
    const constraint = constraintOf(command);
    if (command.subtype !== 'AT_AddConstraint' || constraint === null || !isMeant(constraint)) return [];
    return [{ index, name: nameOf(constraint, relation.relname ?? ''), named: constraint.conname !== undefined }];
  });
  const changes = new Map(
    meant.map(({ index, name, named }) => {
      const clause = source.clauses[index] ?? '';
      const withName = named ? clause : clause.replace(/^add\s+/i, `ADD CONSTRAINT ${quoteIdentifier(name)} `);
      return [index, `${withName} NOT VALID`];
    }),
  );
  return inSteps(
    withClauses(source, changes),
    inItsOwnTransaction,
    ...meant.map(({ name }) => `ALTER TABLE ${table} VALIDATE CONSTRAINT ${quoteIdentifier(name)};`),
  );
}

/** What the constraint is called, if need be as PostgreSQL would call it. */
function nameOf(constraint: Constraint, table: string): string {
  if (constraint.conname !== undefined) return constraint.conname;
  if (constraint.contype === 'CONSTR_FOREIGN') return madeUpName(table, columnNames(constraint.fk_attrs), 'fkey');
  if (constraint.contype === 'CONSTR_NOTNULL') return madeUpName(table, columnNames(constraint.keys), 'not_null');
  const columns = [...new Set(columnsIn(constraint.raw_expr))];
  return madeUpName(table, columns.length === 1 ? columns : [], 'check');
}

function columnsIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(columnsIn);
  if (typeof value !== 'object' || value === null) return [];
  const fields: Readonly<Record<string, unknown>> = { ...value };
  const reference = fields['ColumnRef'] as { readonly fields?: Parameters<typeof columnNames>[0] } | undefined;
  return reference === undefined ? Object.values(fields).flatMap(columnsIn) : columnNames(reference.fields).slice(-1);
}
