import type { Constraint, Node } from '@pgsql/types';
import { nameParts } from '../../../../../foundation/effects/tree-names.js';
import { quoteIdentifier } from '../../../../../foundation/sql/quote-identifier.js';
import { closingParenthesis, findWord } from '../../../../../foundation/sql/slice-source.js';
import type { DataTest } from './data-condition.js';

/** Two rows are at fault when every operator is true of them. */
export interface OverlapPair {
  readonly column: string;
  /** As SQL writes it between two values. */
  readonly operator: string;
}

/** What an exclusion constraint asks; of expressions it is not counted. */
export function exclusionTest({ exclusions, where_clause }: Constraint, clause: string): DataTest {
  const pairs = (exclusions ?? []).flatMap(pairOf);
  if (pairs.length === 0 || pairs.length !== exclusions?.length) return { kind: 'uncounted' };
  if (where_clause === undefined) return { kind: 'overlaps', pairs, predicate: null };
  const at = findWord(clause, 'where');
  const open = at === null ? -1 : clause.indexOf('(', at);
  if (open < 0) return { kind: 'uncounted' };
  return { kind: 'overlaps', pairs, predicate: clause.slice(open + 1, closingParenthesis(clause, open)) };
}

function pairOf(node: Node): readonly OverlapPair[] {
  const [element, operator] = 'List' in node ? (node.List.items ?? []) : [];
  if (element === undefined || !('IndexElem' in element) || element.IndexElem.name === undefined) return [];
  const words = operator === undefined ? [] : nameParts(operator);
  const symbol = words.at(-1);
  if (symbol === undefined) return [];
  const schema = words.slice(0, -1).map((word) => `${quoteIdentifier(word)}.`);
  return [{ column: element.IndexElem.name, operator: `OPERATOR(${schema.join('')}${symbol})` }];
}

/** A key WITHOUT OVERLAPS: the last column is a range, the others are equal. */
export function temporalKeyTest(columns: readonly string[]): DataTest {
  const pairs = columns.map((column, at) => ({
    column,
    operator: at === columns.length - 1 ? 'OPERATOR(pg_catalog.&&)' : '=',
  }));
  return { kind: 'overlaps', pairs, predicate: null };
}

/** True, as SQL over the alias `c`, for a row that another one of the same table excludes. */
export function overlapsOf(source: string, pairs: readonly OverlapPair[], predicate: string | null): string {
  const met = pairs.map(({ column, operator }) => {
    const name = quoteIdentifier(column);
    return `c.${name} ${operator} o.${name}`;
  });
  const given = predicate === null ? '' : ` WHERE (${predicate})`;
  const others = `(SELECT c.ctid AS place, c.* FROM ONLY ${source} AS c${given})`;
  const exists = `EXISTS (SELECT FROM ${others} AS o WHERE o.place <> c.ctid AND ${met.join(' AND ')})`;
  return predicate === null ? exists : `(${predicate}) AND ${exists}`;
}
