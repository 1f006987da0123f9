import type { DeleteStmt, UpdateStmt } from '@pgsql/types';
import type { JudgedStatement } from '../judged-statement.js';
import type { Hit } from '../rule.js';
import type { RuleContext } from '../rule-context.js';
import { inRanges } from './key-ranges.js';
import { hasLimit, rowsReached } from './rows-reached.js';

/** An UPDATE or DELETE that reaches a large part of a table that was there before, or may. */
export function batchHits(
  judged: JudgedStatement,
  change: UpdateStmt | DeleteStmt,
  context: RuleContext,
): readonly Hit[] {
  const named = change.relation ?? {};
  const table = context.relation(named);
  if (table === null || !context.existing(table.name)) return [];
  // A text without these words has no limit; one in a body may be put together while it runs.
  const mayBeLimited = judged.inside !== null || /\b(?:limit|fetch)\b/i.test(judged.statement.sql);
  if (mayBeLimited && hasLimit(change)) return [];
  const reached = rowsReached(change.whereClause, table, context);
  const rows = context.size(table.name)?.rows ?? null;
  const isLarge = rows !== null && rows >= context.policy.largeTableRows;
  if (reached === 'batch' || (reached === 'unknown' && !isLarge)) return [];
  const part = change.whereClause === undefined ? 'all' : 'a large part';
  const count = rows === null ? 'the' : `the about ${rows}`;
  return [
    {
      message: `One transaction changes ${part} of ${count} rows of ${table.name}: it holds their locks and keeps vacuum away until it ends.`,
      relation: table.name,
      severity: isLarge ? 'error' : 'warning',
      certainty: change.whereClause === undefined ? 'certain' : 'possible',
      ...(judged.inside === null ? { instead: inRanges(judged.statement.sql, { table, named }, context) } : {}),
    },
  ];
}
