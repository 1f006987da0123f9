import type { Node } from '@pgsql/types';
import { quoteIdentifier } from '../../../../../foundation/sql/quote-identifier.js';
import type { LockRequest } from '../../../../../model/effects.js';
import { alterCommands } from '../../../alter-commands.js';
import { blockedRelations } from '../../../locks/blocked-relations.js';
import { copyAndSwap } from '../../../locks/copy-and-swap.js';
import { defineRule } from '../../../rule.js';
import type { RuleContext } from '../../../rule-context.js';

export default defineRule({
  id: 'set-tablespace',
  title: 'SET TABLESPACE copies the files while nobody can use the table',
  why: 'Every block is copied, and written to the WAL, under an ACCESS EXCLUSIVE lock; that of an index stops its table too.',
  instead:
    'Move indexes with REINDEX (TABLESPACE …) CONCURRENTLY, tables with pg_repack --tablespace, or copy into a new table and swap the names.',
  sources: [
    'https://www.postgresql.org/docs/current/sql-altertable.html',
    'https://www.postgresql.org/docs/current/sql-reindex.html',
  ],
  concern: 'availability',
  severity: 'error',
  scope: 'statement',
  on: ['AlterTableStmt', 'AlterTableMoveAllStmt'],
  alters: ['AT_SetTableSpace'],
  example: {
    setup: 'CREATE TABLE events (id bigint PRIMARY KEY); INSERT INTO events SELECT generate_series(1, 100);',
    unsafe: `SET allow_in_place_tablespaces = on;
CREATE TABLESPACE elsewhere LOCATION '';
ALTER TABLE events SET TABLESPACE elsewhere;
ALTER TABLE events SET TABLESPACE pg_default;
DROP TABLESPACE elsewhere;`,
    safe: `SET allow_in_place_tablespaces = on;
CREATE TABLESPACE elsewhere LOCATION '';
REINDEX (TABLESPACE elsewhere) INDEX CONCURRENTLY events_pkey;
REINDEX (TABLESPACE pg_default) INDEX CONCURRENTLY events_pkey;
DROP TABLESPACE elsewhere;`,
  },
  predict: (judged, context) => {
    const space = newTablespace(judged.node);
    if (space === null) return [];
    const rewritten = new Map(judged.effects.rewrites.map(({ relation, certainty }) => [relation, certainty]));
    return blockedRelations(judged, context)
      .filter((request) => rewritten.has(request.relation) || movesIndex(request, space, context))
      .map(({ relation, kind }) => ({
        message: `Reads and writes of ${relation} wait until all its blocks are copied to tablespace ${space}.`,
        relation,
        certainty: rewritten.get(relation) ?? (context.graph === null ? 'possible' : 'certain'),
        instead:
          kind === 'index'
            ? `REINDEX (TABLESPACE ${quoteIdentifier(space)}) INDEX CONCURRENTLY ${relation}; -- outside of a transaction`
            : copyAndSwap({ relation, storage: `TABLESPACE ${quoteIdentifier(space)}` }, context),
      }));
  },
  observe: ({ trace }) =>
    trace.statements.some(({ sql, rewrites }) => /\bset\s+tablespace\b/i.test(sql) && rewrites.length > 0),
});

function newTablespace(node: Node): string | null {
  if ('AlterTableMoveAllStmt' in node) return node.AlterTableMoveAllStmt.new_tablespacename ?? null;
  if (!('AlterTableStmt' in node)) return null;
  return alterCommands(node.AlterTableStmt).find(({ subtype }) => subtype === 'AT_SetTableSpace')?.name ?? null;
}

/** A partitioned index has no file; one that is there already stays. */
function movesIndex({ relation, kind }: LockRequest, space: string, { graph }: RuleContext): boolean {
  if (kind !== 'index') return false;
  const facts = graph?.relationNamed(relation) ?? null;
  return facts === null || (facts.tablespace ?? 'pg_default') !== space;
}
