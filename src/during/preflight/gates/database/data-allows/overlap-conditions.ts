import type { Constraint, IndexElem, Node } from '@pgsql/types';
import { nameParts } from '../../../../../foundation/effects/tree-names.js';
import { quoteIdentifier } from '../../../../../foundation/sql/quote-identifier.js';
import { closingParenthesis, cutOut, findWord, splitAtCommas } from '../../../../../foundation/sql/slice-source.js';
import type { DataTest } from './data-condition.js';
import { keyText } from './key-text.js';

/** Two rows are at fault when every operator is true of them. */
export interface OverlapPair {
  /** As SQL over the alias `c`, or over bare names of columns. */
  readonly value: string;
  /** As SQL writes it between two values. */
  readonly operator: string;
}

/** What an exclusion constraint asks. Its expressions are cut out of its own text. */
export function exclusionTest({ exclusions, where_clause }: Constraint, clause: string): DataTest {
  const word = findWord(clause, 'exclude');
  const open = word === null ? -1 : clause.indexOf('(', word);
  const close = closingParenthesis(clause, open);
  const texts = splitAtCommas(clause, open + 1, close).map(({ text }) => text);
  const elements = exclusions ?? [];
  const pairs = elements.flatMap((element, at) => pairOf(element, texts[at] ?? ''));
  if (open < 0 || pairs.length === 0 || pairs.length !== elements.length || texts.length !== pairs.length) {
    return { kind: 'uncounted' };
  }
  const test = { kind: 'overlaps', pairs, neverEmpty: null } as const;
  if (where_clause === undefined) return { ...test, predicate: null };
  const where = findWord(clause, 'where', close + 1);
  const start = where === null ? -1 : clause.indexOf('(', where);
  if (start < 0) return { kind: 'uncounted' };
  return { ...test, predicate: cutOut(clause, start + 1, closingParenthesis(clause, start)) };
}

function pairOf(node: Node, text: string): readonly OverlapPair[] {
  const [element, operator] = 'List' in node ? (node.List.items ?? []) : [];
  if (element === undefined || !('IndexElem' in element)) return [];
  const words = operator === undefined ? [] : nameParts(operator);
  const symbol = words.at(-1);
  if (symbol === undefined) return [];
  const schema = words.slice(0, -1).map((word) => `${quoteIdentifier(word)}.`);
  const indexed: IndexElem = element.IndexElem;
  return [{ value: keyText(indexed, text), operator: `OPERATOR(${schema.join('')}${symbol})` }];
}

/** A key WITHOUT OVERLAPS: the last column is a range that is never empty, the others are equal. */
export function temporalKeyTest(columns: readonly string[]): DataTest {
  const values = columns.map((column) => `c.${quoteIdentifier(column)}`);
  const last = values.length - 1;
  const pairs = values.map((value, at) => ({ value, operator: at === last ? 'OPERATOR(pg_catalog.&&)' : '=' }));
  return { kind: 'overlaps', pairs, predicate: null, neverEmpty: values[last] ?? null };
}

/** True, as SQL over the alias `c`, for a row that another one of the same table excludes, or that no row may be like. */
export function overlapsOf(source: string, test: Extract<DataTest, { readonly kind: 'overlaps' }>): string {
  const { pairs, predicate, neverEmpty } = test;
  const met = pairs.map(({ value, operator }, at) => `(${value}) ${operator} o.lockkeeper_${at}`);
  const values = pairs.map(({ value }, at) => `(${value}) AS lockkeeper_${at}`).join(', ');
  const given = predicate === null ? '' : ` WHERE (${predicate})`;
  const others = `(SELECT c.ctid AS lockkeeper_place, ${values} FROM ONLY ${source} AS c${given})`;
  const exists = `EXISTS (SELECT FROM ${others} AS o WHERE o.lockkeeper_place <> c.ctid AND ${met.join(' AND ')})`;
  const empty = neverEmpty === null ? '' : ` OR pg_catalog.isempty(${neverEmpty})`;
  return `${predicate === null ? '' : `(${predicate}) AND `}${exists}${empty}`;
}
