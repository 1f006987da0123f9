import { quoteLiteral } from '../../../../../foundation/sql/quote-identifier.js';
import { duplicatesSql } from './count-test.js';
import type { CountableTest } from './countable-test.js';

/** A query that shows a person the rows at fault, in the table where they were found; null where SQL has no way to ask. */
export function queryFor(test: CountableTest, major: number, foundIn: string | null): string | null {
  if (test.kind === 'duplicates') return `${duplicatesSql(test)} LIMIT 20`;
  if (test.kind === 'rows') {
    const [first] = test.sources;
    if (test.whole !== null && first !== undefined) return rowsSql(test.whole, first.violated);
    const source = test.sources.find(({ name }) => name === foundIn) ?? test.sources[0];
    return source === undefined ? null : rowsSql(`ONLY ${source.name}`, source.violated);
  }
  const first = test.sources.find(({ name }) => name === foundIn) ?? test.sources[0];
  if (first === undefined) return null;
  // Before 16 a value that does not fit is an error, and no answer; what USING computes always is.
  return major < 16 || !test.plain
    ? null
    : `SELECT c.* FROM ONLY ${first.name} AS c WHERE NOT pg_catalog.pg_input_is_valid((${test.value})::pg_catalog.text, ${quoteLiteral(test.type)}) LIMIT 20`;
}

function rowsSql(source: string, violated: string): string {
  return `SELECT c.* FROM ${source} AS c WHERE (${violated}) LIMIT 20`;
}
