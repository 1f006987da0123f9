import type { Node } from '@pgsql/types';
import { isOptionOn } from '../../../../../foundation/effects/options.js';
import { blockedTables } from '../../../locks/blocked-relations.js';
import { defineRule } from '../../../rule.js';

export default defineRule({
  id: 'rebuild-table',
  title: 'VACUUM FULL and CLUSTER stop reads and writes while they write the table anew',
  why: 'They copy the table and build all its indexes under an ACCESS EXCLUSIVE lock, and need the disk for both copies.',
  instead:
    'VACUUM without FULL makes the space usable again while everybody works; to give it back to the disk or to sort the table, use pg_repack or pg_squeeze.',
  sources: [
    'https://www.postgresql.org/docs/current/sql-vacuum.html',
    'https://www.postgresql.org/docs/current/sql-cluster.html',
  ],
  concern: 'availability',
  severity: 'error',
  scope: 'statement',
  on: ['VacuumStmt', 'ClusterStmt'],
  example: {
    setup: 'CREATE TABLE events (id bigint PRIMARY KEY); INSERT INTO events SELECT generate_series(1, 100);',
    unsafe: 'VACUUM FULL events;',
    safe: 'VACUUM (ANALYZE) events;',
  },
  predict: (judged, context) => {
    const words = rebuildOf(judged.node);
    if (words === null) return [];
    const tables = blockedTables(judged, context);
    if (tables.length === 0 && namesTable(judged.node)) return [];
    if (tables.length === 0) return [{ message: `${words} stops reads and writes of one table after the other.` }];
    return tables.map(({ relation, certainty }) => ({
      message: `Reads and writes of ${relation} wait until ${words} has written it and its indexes anew.`,
      relation,
      certainty,
      instead: `VACUUM (ANALYZE) ${relation}; -- outside of a transaction`,
    }));
  },
  observe: ({ trace }) =>
    trace.statements.some(({ sql, rewrites }) => /^(?:vacuum|cluster)\b/i.test(sql) && rewrites.length > 0),
});

function rebuildOf(node: Node): string | null {
  if ('ClusterStmt' in node) return 'CLUSTER';
  if (!('VacuumStmt' in node) || node.VacuumStmt.is_vacuumcmd !== true) return null;
  return isOptionOn(node.VacuumStmt.options, 'full', false) ? 'VACUUM FULL' : null;
}

function namesTable(node: Node): boolean {
  if ('ClusterStmt' in node) return node.ClusterStmt.relation !== undefined;
  return 'VacuumStmt' in node && (node.VacuumStmt.rels ?? []).length > 0;
}
