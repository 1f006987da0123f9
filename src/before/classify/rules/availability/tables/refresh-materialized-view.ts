import { quoteIdentifier } from '../../../../../foundation/sql/quote-identifier.js';
import type { SchemaRelation } from '../../../../../model/schema.js';
import { defineRule } from '../../../rule.js';
import type { RuleContext } from '../../../rule-context.js';
import { bareName } from '../../../locks/sibling-name.js';

export default defineRule({
  id: 'refresh-materialized-view',
  title: 'REFRESH MATERIALIZED VIEW stops all reads of it while its query runs',
  why: 'It holds an ACCESS EXCLUSIVE lock from before the query until the new contents are committed.',
  instead:
    'REFRESH MATERIALIZED VIEW CONCURRENTLY; it needs a unique index over columns, without a condition, and a view that was filled before.',
  sources: ['https://www.postgresql.org/docs/current/sql-refreshmaterializedview.html'],
  concern: 'availability',
  severity: 'error',
  scope: 'statement',
  on: ['RefreshMatViewStmt'],
  example: {
    setup: `CREATE TABLE orders (id bigint PRIMARY KEY, total numeric);
CREATE MATERIALIZED VIEW totals AS SELECT id, total FROM orders;
CREATE UNIQUE INDEX totals_id ON totals (id);`,
    unsafe: 'REFRESH MATERIALIZED VIEW totals;',
    safe: 'REFRESH MATERIALIZED VIEW CONCURRENTLY totals;',
  },
  predict: ({ node }, context) => {
    if (!('RefreshMatViewStmt' in node) || node.RefreshMatViewStmt.concurrent === true) return [];
    const view = context.relation(node.RefreshMatViewStmt.relation ?? {});
    if (view === null || !context.existing(view.name)) return [];
    return [
      {
        message: `Reads of ${view.name} wait until its query has run and the new contents are committed.`,
        relation: view.name,
        ...(node.RefreshMatViewStmt.skipData === true ? {} : { instead: refreshBeside(view.name, context) }),
      },
    ];
  },
  observe: ({ trace }) =>
    trace.statements.some(({ locks }) =>
      locks.some(
        ({ kind, mode, created }) => kind === 'matview' && mode === 'AccessExclusiveLock' && created === undefined,
      ),
    ),
});

function refreshBeside(view: string, context: RuleContext): string {
  const refresh = `REFRESH MATERIALIZED VIEW CONCURRENTLY ${view};`;
  const facts = context.graph?.relationNamed(view) ?? null;
  if (facts === null || hasRowIndex(facts, context)) return refresh;
  const column = quoteIdentifier(facts.columns[0]?.name ?? '');
  const index = quoteIdentifier(`${facts.relname}_unique`);
  return [
    `-- once, with columns that tell its rows apart; ${bareName(view)} has no such index yet`,
    `CREATE UNIQUE INDEX CONCURRENTLY ${index} ON ${view} (${column});`,
    refresh,
  ].join('\n');
}

/** What REFRESH … CONCURRENTLY asks for: a unique index on plain columns and over all rows. */
function hasRowIndex({ oid }: SchemaRelation, { graph }: RuleContext): boolean {
  return (graph?.indexes(oid) ?? []).some(
    ({ index }) =>
      index !== null && index.unique && index.valid && index.predicate === null && !index.keys.includes(null),
  );
}
