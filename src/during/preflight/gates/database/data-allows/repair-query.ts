import { quoteLiteral } from '../../../../../foundation/sql/quote-identifier.js';
import { duplicatesSql } from './count-test.js';
import type { CountableTest } from './countable-test.js';

/** A query that shows a person the rows at fault; null where SQL has no way to ask. */
export function queryFor(test: CountableTest, major: number): string | null {
  if (test.kind === 'duplicates') return `${duplicatesSql(test)} LIMIT 20`;
  const [first] = test.sources;
  if (first === undefined) return null;
  if (test.kind === 'rows') return `SELECT c.* FROM ONLY ${first.name} AS c WHERE (${test.violated}) LIMIT 20`;
  // Before 16 a value that does not fit is an error, and no answer; what USING computes always is.
  return major < 16 || !test.plain
    ? null
    : `SELECT c.* FROM ONLY ${first.name} AS c WHERE NOT pg_catalog.pg_input_is_valid((${test.value})::pg_catalog.text, ${quoteLiteral(test.type)}) LIMIT 20`;
}
