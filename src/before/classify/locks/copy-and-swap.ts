import { quoteIdentifier } from '../../../foundation/sql/quote-identifier.js';
import type { RuleContext } from '../rule-context.js';
import { bareName, siblingName } from './sibling-name.js';

export interface TableCopy {
  /** As reports name relations. */
  readonly relation: string;
  readonly unlogged?: boolean;
  /** What stands behind the column list: `USING …`, `TABLESPACE …`. */
  readonly storage?: string;
}

/** A table made anew beside the old one, and put in its place in one short transaction. */
export function copyAndSwap({ relation, unlogged, storage }: TableCopy, context: RuleContext): string {
  const copy = siblingName(relation, '_new');
  const columns = storedColumns(relation, context);
  return [
    `CREATE ${unlogged === true ? 'UNLOGGED ' : ''}TABLE ${copy} (LIKE ${relation} INCLUDING ALL)${storage === undefined ? '' : ` ${storage}`};`,
    '-- writes have to rest from here to the swap, or a trigger has to repeat them on the copy',
    `INSERT INTO ${copy}${columns === null ? '' : ` (${columns})`} OVERRIDING SYSTEM VALUE SELECT ${columns ?? '*'} FROM ${relation};`,
    '-- foreign keys, triggers, grants, views and owned sequences do not come along: make them for the copy first',
    'BEGIN;',
    "SET LOCAL lock_timeout = '2s';",
    `ALTER TABLE ${relation} RENAME TO ${bareName(siblingName(relation, '_old'))};`,
    `ALTER TABLE ${copy} RENAME TO ${bareName(relation)};`,
    'COMMIT;',
    `-- once nobody misses it: DROP TABLE ${siblingName(relation, '_old')};`,
  ].join('\n');
}

/** Generated columns take no values; null when the columns are not known. */
function storedColumns(relation: string, context: RuleContext): string | null {
  const columns = context.graph?.relationNamed(relation)?.columns;
  if (columns === undefined) return null;
  return columns
    .filter(({ generated }) => generated === null)
    .map(({ name }) => quoteIdentifier(name))
    .join(', ');
}
