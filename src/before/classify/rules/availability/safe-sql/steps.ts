import { quoteIdentifier } from '../../../../../foundation/sql/quote-identifier.js';
import { madeUpName, relationText } from './names.js';

/** Steps of a longer way, each a statement or a comment, as one text to paste. */
export function inSteps(...steps: readonly (string | null)[]): string {
  return steps.filter((step) => step !== null && step !== '').join('\n');
}

export const inItsOwnTransaction = '-- In a transaction of its own:';
export const outsideTransactions = '-- In a migration of its own, outside a transaction block:';

/** A column of a table, the table as the statement names it. */
export interface ColumnPlace {
  readonly relation: { readonly schemaname?: string; readonly relname?: string };
  readonly column: string;
}

/** Makes a column NOT NULL while readers and writers work: rows are read under a lock that stops neither. */
export function notNullSteps({ relation, column }: ColumnPlace, major: number): readonly string[] {
  const table = relationText(relation);
  const quoted = quoteIdentifier(column);
  const named = (suffix: string): string => quoteIdentifier(madeUpName(relation.relname ?? '', [column], suffix));
  if (major >= 18) {
    const name = named('not_null');
    return [
      `ALTER TABLE ${table} ADD CONSTRAINT ${name} NOT NULL ${quoted} NOT VALID;`,
      inItsOwnTransaction,
      `ALTER TABLE ${table} VALIDATE CONSTRAINT ${name};`,
    ];
  }
  // Since 18 a NOT NULL of old may bear the name that ends in not_null.
  const name = named('no_nulls');
  return [
    `ALTER TABLE ${table} ADD CONSTRAINT ${name} CHECK (${quoted} IS NOT NULL) NOT VALID;`,
    inItsOwnTransaction,
    `ALTER TABLE ${table} VALIDATE CONSTRAINT ${name};`,
    '-- In a third one; the valid CHECK spares it the scan:',
    `ALTER TABLE ${table} ALTER COLUMN ${quoted} SET NOT NULL;`,
    `ALTER TABLE ${table} DROP CONSTRAINT ${name};`,
  ];
}

/** Gives old rows their value a few thousand at a time. `missing` is true of rows that still lack it. */
export function fillInBatches(
  { relation, column }: ColumnPlace,
  { value, missing }: { readonly value: string; readonly missing: string },
): readonly string[] {
  const table = relationText(relation);
  return [
    '-- Repeated, each time in a transaction of its own, until it updates no row:',
    `UPDATE ${table} SET ${quoteIdentifier(column)} = ${value}`,
    `  WHERE ${missing} AND ctid = ANY (ARRAY(SELECT ctid FROM ${table} WHERE ${missing} LIMIT 5000));`,
  ];
}
