import type { Node, RangeVar } from '@pgsql/types';
import { nameParts } from '../../../../../foundation/effects/tree-names.js';
import { quoteIdentifier } from '../../../../../foundation/sql/quote-identifier.js';

/** A relation as the statement names it, with its schema only where that stands there. */
export function relationText({ schemaname, relname = '' }: Pick<RangeVar, 'schemaname' | 'relname'>): string {
  return [...(schemaname === undefined ? [] : [schemaname]), relname].map(quoteIdentifier).join('.');
}

/** The names in a list of a tree: key columns, say. */
export function columnNames(nodes: readonly Node[] | undefined): readonly string[] {
  return (nodes ?? []).flatMap(nameParts);
}

/** `(a, b)` */
export function columnList(names: readonly string[]): string {
  return `(${names.map(quoteIdentifier).join(', ')})`;
}

const longestName = 63;

/** A name in the way in which PostgreSQL makes them up: table, columns, what it is; never too long. */
export function madeUpName(table: string, columns: readonly string[], suffix: string): string {
  const stem = Buffer.from([table, ...columns].join('_')).subarray(0, longestName - suffix.length - 1);
  // A character that the cut has split is left out.
  return `${stem.toString().replace(/\ufffd+$/, '')}_${suffix}`;
}
