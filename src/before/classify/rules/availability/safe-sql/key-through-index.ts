import type { Constraint, RangeVar } from '@pgsql/types';
import { quoteIdentifier } from '../../../../../foundation/sql/quote-identifier.js';
import { columnList, columnNames, madeUpName, relationText } from './names.js';
import { inItsOwnTransaction, outsideTransactions } from './steps.js';

/** A UNIQUE or PRIMARY KEY as the statement words it. */
export interface KeyWords {
  readonly relation: RangeVar;
  readonly constraint: Constraint;
  /** Its own columns, or the one that it stands with. */
  readonly columns: readonly string[];
  readonly text: string;
}

/** Builds the index while rows are written, then makes it the constraint. `between` stands before the last step. */
export function keyThroughIndex(
  { relation, constraint, columns, text }: KeyWords,
  between: readonly string[] = [],
): readonly string[] {
  const primary = constraint.contype === 'CONSTR_PRIMARY';
  const table = relationText(relation);
  const madeUp = madeUpName(relation.relname ?? '', primary ? [] : columns, primary ? 'pkey' : 'key');
  const name = quoteIdentifier(constraint.conname ?? madeUp);
  const kind = primary ? 'PRIMARY KEY' : 'UNIQUE';
  const index = [`${table} ${columnList(columns)}`, ...indexOptions(constraint, text)].join(' ');
  return [
    outsideTransactions,
    `CREATE UNIQUE INDEX CONCURRENTLY ${name} ON ${index};`,
    ...(between.length === 0 ? [inItsOwnTransaction] : ['-- The columns may hold no null:', ...between]),
    `ALTER TABLE ${table} ADD CONSTRAINT ${name} ${kind} USING INDEX ${name}${deferral(constraint, text)};`,
  ];
}

function indexOptions({ including, nulls_not_distinct }: Constraint, text: string): readonly string[] {
  const storage = /\bwith\s*(\([^)]*\))/i.exec(text)?.[1];
  const tablespace = /\busing\s+index\s+tablespace\s+("(?:[^"]|"")*"|\w+)/i.exec(text)?.[1];
  return [
    ...((including ?? []).length === 0 ? [] : [`INCLUDE ${columnList(columnNames(including))}`]),
    ...(nulls_not_distinct === true ? ['NULLS NOT DISTINCT'] : []),
    ...(storage === undefined ? [] : [`WITH ${storage}`]),
    ...(tablespace === undefined ? [] : [`TABLESPACE ${tablespace}`]),
  ];
}

/** With a column the words stand beside the constraint, not in it. */
function deferral({ deferrable, initdeferred }: Constraint, text: string): string {
  const deferred = initdeferred === true || /\binitially\s+deferred\b/i.test(text);
  if (deferred) return ' DEFERRABLE INITIALLY DEFERRED';
  return deferrable === true || /(?<!\bnot\s+)\bdeferrable\b/i.test(text) ? ' DEFERRABLE' : '';
}
